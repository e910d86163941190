package dev.finspect.log.compact;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields of a finding within a line. */
final class FindingFields {
    /** Of all findings of a line together, as long as more than one is written. */
    private static final int MOST_BYTES = 1_600;

    private static final FindingId[] IDS = Catalogue.standard().ids().toArray(new FindingId[0]);

    private static final Table<Shown> TABLE = new Table<>(
            "A finding.",
            of(shown -> shown.found.finding()),
            List.of(
                    Field.time(
                            "until",
                            "when it went away, or the session ended while it was so",
                            shown -> shown.found.untilEpochNanos()),
                    Field.of(
                            "at_end",
                            Shape.of(Shape.Kind.FLAG),
                            "true where it says how the session ended",
                            (shown, field, out) -> out.flag(field, shown.found.atEnd())),
                    Field.<Shown>text(
                                    "sentence",
                                    "what is so, since when, and who owes the next step",
                                    shown -> Catalogue.kindOf(shown.found.finding())
                                            .sentence(shown.found.finding(), shown.parties))
                            .always()));

    private FindingFields() {}

    /** A finding of a session, with those whom its sentence names. */
    private record Shown(SessionFinding found, Parties parties) {}

    /** What it is. */
    private static <T> List<Field<T>> of(Function<T, Finding> finding) {
        return List.of(
                id("id", "its kind, see the page about findings", finding).always(),
                Field.<T, Blame>word(
                                "blame",
                                "who owes the next step",
                                Blame.values(),
                                Blame::label,
                                what -> finding.apply(what).blame().label())
                        .always(),
                Field.<T, Confidence>word(
                                "confidence",
                                "how sure it is, blame included",
                                Confidence.values(),
                                Confidence::label,
                                what -> finding.apply(what).confidence().label())
                        .always(),
                Field.word(
                        "hang",
                        "how sure it is that something is wrong, whoever is to blame; absent where nobody is",
                        Confidence.values(),
                        Confidence::label,
                        what -> hang(finding.apply(what))),
                Field.word("leg", "the leg it is about; absent for both", Leg.values(), Leg::label, what -> {
                    Leg leg = finding.apply(what).leg();
                    return leg == null ? null : leg.label();
                }),
                Field.<T>time(
                                "since",
                                "since when it is so",
                                what -> finding.apply(what).sinceEpochNanos())
                        .always());
    }

    /** The same below {@code finding}. */
    static <T> List<Field<T>> below(Function<T, Finding> finding) {
        return FindingFields.<T>of(finding).stream()
                .map(field -> field.at("finding." + field.path()))
                .toList();
    }

    /** The kind of a finding. */
    static <T> Field<T> id(String path, String words, Function<T, @Nullable Finding> finding) {
        return Field.word(path, words, IDS, FindingId::label, what -> {
            Finding found = finding.apply(what);
            return found == null ? null : found.id().label();
        });
    }

    private static @Nullable String hang(Finding finding) {
        return finding.accuses() ? finding.hang().label() : null;
    }

    /** The finding that a line about a living session is written for; null in other lines. */
    static @Nullable Finding about(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        SessionFinding about = diagnosed == null ? null : diagnosed.about();
        return about == null ? null : about.finding();
    }

    /** The findings of a session's line. */
    static List<Field<SessionRecord>> list() {
        return List.of(
                Field.items(
                        "findings",
                        "the finding that the line is about first; then what hangs now, or at the end all that was found, those"
                                + " that blame a party first and the latest of these first",
                        FindingFields::shown,
                        TABLE,
                        MOST_BYTES),
                Field.omitted("findings_omitted", "how many findings are left out", record -> {
                    Diagnosed diagnosed = record.diagnosed();
                    return diagnosed == null ? 0 : diagnosed.omitted();
                }),
                Field.<SessionRecord>number(
                                "finding_changes_untold",
                                "how often a finding came or went without a line of its own",
                                record -> record.diagnosed() == null
                                        ? 0
                                        : record.diagnosed().unreportedChanges())
                        .withoutZero());
    }

    private static List<Shown> shown(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        if (diagnosed == null || diagnosed.findings().isEmpty() && diagnosed.about() == null) {
            return List.of();
        }
        Parties parties = record.parties();
        List<Shown> shown = new ArrayList<>();
        SessionFinding about = diagnosed.about();
        if (about != null) {
            shown.add(new Shown(about, parties));
        }
        add(diagnosed, true, record.closed(), shown, parties);
        if (record.closed()) {
            add(diagnosed, false, true, shown, parties);
        }
        return shown;
    }

    private static void add(Diagnosed diagnosed, boolean accusing, boolean past, List<Shown> shown, Parties parties) {
        List<SessionFinding> all = diagnosed.findings();
        for (int i = all.size() - 1; i >= 0; i--) {
            SessionFinding each = all.get(i);
            if (each.finding().accuses() == accusing && (past || each.hangs()) && !isAbout(diagnosed.about(), each)) {
                shown.add(new Shown(each, parties));
            }
        }
    }

    private static boolean isAbout(@Nullable SessionFinding about, SessionFinding each) {
        return about != null && about.finding().sameAs(each.finding());
    }
}
