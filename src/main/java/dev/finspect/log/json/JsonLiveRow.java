package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.session.Change;
import dev.finspect.session.feed.LiveRow;
import dev.finspect.session.feed.LiveState;
import dev.finspect.session.feed.Phase;
import dev.finspect.session.feed.PhaseBar;
import dev.finspect.tcp.IpText;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a row of the live stream: the members of a row of a list, and more. */
final class JsonLiveRow {
    private static final SerializedString CHANGES = new SerializedString("changes");
    private static final SerializedString STATE = new SerializedString("state");
    private static final SerializedString PROGRAM = new SerializedString("program");
    private static final SerializedString TRIED = new SerializedString("tried");
    private static final SerializedString VERDICT = new SerializedString("verdict");
    private static final SerializedString BLAME_CANDIDATES = new SerializedString("blame_candidates");
    private static final SerializedString SENTENCE = new SerializedString("sentence");
    private static final SerializedString PHASES = new SerializedString("phases");
    private static final SerializedString PHASE = new SerializedString("phase");
    private static final SerializedString SECONDS = new SerializedString("seconds");
    private static final SerializedString NOW = new SerializedString("now");
    private static final SerializedString SINCE = new SerializedString("since");
    private static final SerializedString OWES = new SerializedString("owes");
    private static final Map<Change, SerializableString> CHANGE_LABELS = FactWriter.labels(Change.class, Change::label);
    private static final Map<LiveState, SerializableString> STATE_LABELS =
            FactWriter.labels(LiveState.class, LiveState::label);
    private static final Map<Phase, SerializableString> PHASE_LABELS = FactWriter.labels(Phase.class, Phase::label);
    private static final Map<Blame, SerializableString> BLAME_LABELS = FactWriter.labels(Blame.class, Blame::label);

    private JsonLiveRow() {}

    static void write(LiveRow row, FactWriter out) {
        out.json.writeStartObject();
        JsonRow.members(
                row.row(),
                client -> client.text(PROGRAM, row.clientProgram()),
                upstream -> {
                    upstream.text(PROGRAM, row.upstreamProgram());
                    upstream.text(TRIED, endpoint(row.tried()));
                },
                out);
        out.json.writeFieldName(CHANGES);
        out.json.writeStartArray();
        for (Change change : row.changes()) {
            out.json.writeString(FactWriter.word(CHANGE_LABELS, change));
        }
        out.json.writeEndArray();
        out.label(STATE, row.state(), STATE_LABELS);
        verdict(row, out);
        phases(row.phases(), out);
        out.json.writeEndObject();
    }

    private static void verdict(LiveRow row, FactWriter out) {
        Finding verdict = row.verdict();
        out.json.writeFieldName(VERDICT);
        if (verdict == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        JsonFindings.brief(verdict, out);
        out.json.writeFieldName(BLAME_CANDIDATES);
        out.json.writeStartArray();
        for (Blame candidate : verdict.candidates()) {
            out.json.writeString(candidate.label());
        }
        out.json.writeEndArray();
        out.text(SENTENCE, Catalogue.kindOf(verdict).sentence(verdict, row.parties()));
        out.json.writeEndObject();
    }

    private static void phases(PhaseBar bar, FactWriter out) {
        out.json.writeFieldName(PHASES);
        out.json.writeStartArray();
        bar.nanos().forEach((phase, nanos) -> {
            out.json.writeStartObject();
            out.label(PHASE, phase, PHASE_LABELS);
            out.seconds(SECONDS, nanos);
            out.json.writeEndObject();
        });
        out.json.writeEndArray();
        PhaseBar.Growing now = bar.now();
        out.json.writeFieldName(NOW);
        if (now == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.label(PHASE, now.phase(), PHASE_LABELS);
        out.json.writeFieldName(SINCE);
        out.time(now.sinceEpochNanos());
        out.label(OWES, now.owes(), BLAME_LABELS);
        out.json.writeEndObject();
    }

    private static @Nullable String endpoint(@Nullable InetSocketAddress address) {
        return address == null || address.getAddress() == null ? null : IpText.endpoint(address);
    }
}
