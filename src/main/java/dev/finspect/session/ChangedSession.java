package dev.finspect.session;

import java.util.Set;

/**
 * A living session that has changed since it was last taken.
 *
 * @param record so far, with what the rules found last
 * @param changes since then
 */
public record ChangedSession(SessionRecord record, Set<Change> changes) {}
