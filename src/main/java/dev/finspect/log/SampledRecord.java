package dev.finspect.log;

import dev.finspect.session.SessionRecord;

/** A record whose line stands for {@code oneIn} sessions. */
record SampledRecord(SessionRecord record, int oneIn) {}
