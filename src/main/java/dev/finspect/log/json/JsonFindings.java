package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Standing;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the findings of a session. */
final class JsonFindings {
    private static final SerializedString FINDING = new SerializedString("finding");
    private static final SerializedString FINDINGS = new SerializedString("findings");
    private static final SerializedString FINDINGS_OMITTED = new SerializedString("findings_omitted");
    private static final SerializedString FINDING_CHANGES_UNTOLD = new SerializedString("finding_changes_untold");
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString BLAME = new SerializedString("blame");
    private static final SerializedString CONFIDENCE = new SerializedString("confidence");
    private static final SerializedString HANG = new SerializedString("hang");
    private static final SerializedString BLAME_CANDIDATES = new SerializedString("blame_candidates");
    private static final SerializedString ALTERNATIVES = new SerializedString("alternatives");
    private static final SerializedString PARTY = new SerializedString("party");
    private static final SerializedString READING = new SerializedString("reading");
    private static final SerializedString STANDING = new SerializedString("standing");
    private static final SerializedString BECAUSE = new SerializedString("because");
    private static final SerializedString LEG = new SerializedString("leg");
    private static final SerializedString SINCE = new SerializedString("since");
    private static final SerializedString UNTIL = new SerializedString("until");
    private static final SerializedString AT_END = new SerializedString("at_end");
    private static final SerializedString EVIDENCE = new SerializedString("evidence");
    private static final SerializedString CLUE = new SerializedString("clue");
    private static final SerializedString SOURCE = new SerializedString("source");
    private static final SerializedString AT = new SerializedString("at");
    private static final SerializedString AMOUNT = new SerializedString("amount");
    private static final SerializedString UNIT = new SerializedString("unit");
    private static final SerializedString TEXT = new SerializedString("text");
    private static final SerializedString EXPLAINED = new SerializedString("explained");
    private static final SerializedString SENTENCE = new SerializedString("sentence");
    private static final SerializedString BYTES = new SerializedString("bytes");
    private static final SerializedString COUNT = new SerializedString("count");
    private static final SerializedString SECONDS = new SerializedString("seconds");
    private static final Map<Blame, SerializableString> BLAMES = FactWriter.labels(Blame.class, Blame::label);
    private static final Map<Confidence, SerializableString> CONFIDENCES =
            FactWriter.labels(Confidence.class, Confidence::label);
    private static final Map<Standing, SerializableString> STANDINGS =
            FactWriter.labels(Standing.class, Standing::label);
    private static final Map<Leg, SerializableString> LEGS = FactWriter.labels(Leg.class, Leg::label);
    private static final Map<Clue, SerializableString> CLUES = FactWriter.labels(Clue.class, Clue::label);
    private static final Map<Source, SerializableString> SOURCES = FactWriter.labels(Source.class, Source::label);

    private JsonFindings() {}

    static void write(SessionRecord session, FactWriter out) {
        Diagnosed diagnosed = session.diagnosed();
        Parties parties = diagnosed == null ? null : session.parties();
        out.json.writeFieldName(FINDING); // Of a line about one finding alone, see JsonUpdate.
        out.json.writeNull();
        out.json.writeFieldName(FINDINGS);
        if (diagnosed == null || parties == null) {
            // Null and not an empty list: no rule has examined the session.
            out.json.writeNull();
        } else {
            out.json.writeStartArray();
            for (SessionFinding one : diagnosed.findings()) {
                finding(one, parties, out);
            }
            out.json.writeEndArray();
        }
        out.number(FINDINGS_OMITTED, diagnosed == null ? null : (Long) (long) diagnosed.omitted());
        untold(diagnosed, out);
    }

    /** What stands and blames a party, each in a few fields. */
    static void standing(@Nullable Diagnosed diagnosed, Parties parties, FactWriter out) {
        out.json.writeFieldName(FINDINGS);
        if (diagnosed == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartArray();
        for (SessionFinding one : diagnosed.findings()) {
            if (one.hangs()) {
                out.json.writeStartObject();
                brief(one.finding(), out);
                out.text(SENTENCE, Catalogue.kindOf(one.finding()).sentence(one.finding(), parties));
                out.json.writeEndObject();
            }
        }
        out.json.writeEndArray();
    }

    /** What it is, in fields of the object that is being written. */
    static void brief(Finding finding, FactWriter out) {
        out.text(ID, finding.id().label());
        out.label(BLAME, finding.blame(), BLAMES);
        out.label(HANG, finding.hang(), CONFIDENCES);
        out.label(CONFIDENCE, finding.confidence(), CONFIDENCES);
        out.label(LEG, finding.leg(), LEGS);
        out.time(SINCE, finding.sinceEpochNanos());
    }

    /** The finding that a line is written for, in full; null in a line for none. */
    static void about(@Nullable Diagnosed diagnosed, Parties parties, FactWriter out) {
        SessionFinding about = diagnosed == null ? null : diagnosed.about();
        out.json.writeFieldName(FINDING);
        if (about == null) {
            out.json.writeNull();
        } else {
            finding(about, parties, out);
        }
    }

    /** How many changes of findings had no line. */
    static void untold(@Nullable Diagnosed diagnosed, FactWriter out) {
        out.number(FINDING_CHANGES_UNTOLD, diagnosed == null ? null : (Long) (long) diagnosed.unreportedChanges());
    }

    private static void finding(SessionFinding one, Parties parties, FactWriter out) {
        Finding finding = one.finding();
        out.json.writeStartObject();
        out.text(ID, finding.id().label());
        out.label(BLAME, finding.blame(), BLAMES);
        out.json.writeFieldName(BLAME_CANDIDATES);
        out.json.writeStartArray();
        for (Blame candidate : finding.candidates()) {
            out.json.writeString(candidate.label());
        }
        out.json.writeEndArray();
        out.label(HANG, finding.hang(), CONFIDENCES);
        out.label(CONFIDENCE, finding.confidence(), CONFIDENCES);
        out.label(LEG, finding.leg(), LEGS);
        out.time(SINCE, finding.sinceEpochNanos());
        ended(one, out);
        out.json.writeFieldName(EVIDENCE);
        out.json.writeStartArray();
        for (Evidence piece : finding.evidence()) {
            evidence(piece, out);
        }
        out.json.writeEndArray();
        out.json.writeFieldName(ALTERNATIVES);
        out.json.writeStartArray();
        for (Alternative other : finding.alternatives()) {
            alternative(other, out);
        }
        out.json.writeEndArray();
        out.json.writeFieldName(EXPLAINED);
        out.json.writeStartArray();
        for (FindingId id : finding.explained()) {
            out.json.writeString(id.label());
        }
        out.json.writeEndArray();
        out.text(SENTENCE, Catalogue.kindOf(finding).sentence(finding, parties));
        out.json.writeEndObject();
    }

    /** Since when it is no longer so, and whether it says how the session ended. */
    static void ended(SessionFinding one, FactWriter out) {
        out.time(UNTIL, one.untilEpochNanos());
        out.flag(AT_END, one.atEnd());
    }

    private static void alternative(Alternative other, FactWriter out) {
        out.json.writeStartObject();
        out.text(ID, other.id());
        out.label(PARTY, other.party(), BLAMES);
        out.text(READING, other.reading());
        out.label(STANDING, other.standing(), STANDINGS);
        out.text(BECAUSE, other.because());
        out.time(AT, other.atEpochNanos() == Evidence.TIMELESS ? null : (Long) other.atEpochNanos());
        out.json.writeEndObject();
    }

    private static void evidence(Evidence piece, FactWriter out) {
        out.json.writeStartObject();
        out.label(CLUE, piece.clue(), CLUES);
        out.label(LEG, piece.leg(), LEGS);
        out.label(SOURCE, piece.source(), SOURCES);
        out.time(AT, piece.atEpochNanos() == Evidence.TIMELESS ? null : (Long) piece.atEpochNanos());
        switch (piece.clue().unit()) {
            case NONE, TEXT -> amount(null, null, out);
            case COUNT -> amount(piece.amount(), COUNT, out);
            case BYTES -> amount(piece.amount(), BYTES, out);
            case NANOS -> {
                out.json.writeFieldName(AMOUNT);
                out.seconds(piece.amount());
                out.json.writeFieldName(UNIT);
                out.json.writeString(SECONDS);
            }
        }
        out.text(TEXT, piece.text());
        out.json.writeEndObject();
    }

    private static void amount(@Nullable Long amount, @Nullable SerializedString unit, FactWriter out) {
        out.number(AMOUNT, amount);
        out.json.writeFieldName(UNIT);
        if (unit == null) {
            out.json.writeNull();
        } else {
            out.json.writeString(unit);
        }
    }
}
