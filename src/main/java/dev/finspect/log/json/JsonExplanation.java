package dev.finspect.log.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.explain.Explained;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationEncoder;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.session.explain.HostText;
import dev.finspect.session.explain.KernelCount;
import dev.finspect.tcp.IpText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes explanations as JSON, for the API and for scripts. Times are seconds since the Unix epoch. Pure ASCII. */
public final class JsonExplanation implements ExplanationEncoder {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @Override
    public byte[] one(Explanation explanation) {
        return encoded(json -> new Writer(json).session(explanation));
    }

    /** {@code {"sessions":[...]}}: the sessions of a capture file. */
    public static byte[] ofCapture(List<Explanation> explanations) {
        return encoded(json -> {
            json.writeStartObject();
            sessions(json, explanations);
            json.writeEndObject();
        });
    }

    /** The same of a host, with what was looked at and what could not be seen. */
    public static byte[] ofHost(List<Explanation> explanations, HostText.Scope scope) {
        return encoded(json -> {
            json.writeStartObject();
            json.writeNumberField("connections", scope.connections());
            json.writeNumberField("namespaces", scope.namespaces());
            json.writeNumberField("apart_seconds", java.math.BigDecimal.valueOf(scope.apartNanos(), 9));
            sessions(json, explanations);
            json.writeArrayFieldStart("not_seen");
            for (HostText.Unseen each : scope.unseen()) {
                json.writeStartObject();
                json.writeStringField("what", each.what());
                json.writeStringField("needs", each.needs());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    @Override
    public byte[] probed(String id, List<PeerProbe> probes) {
        return encoded(json -> {
            json.writeStartObject();
            json.writeStringField("session_id", id);
            json.writeArrayFieldStart("probes");
            for (PeerProbe probe : probes) {
                json.writeStartObject();
                json.writeStringField("leg", probe.leg().label());
                json.writeStringField("verdict", probe.verdict().label());
                json.writeNumberField("waited_seconds", java.math.BigDecimal.valueOf(probe.waitedNanos(), 9));
                json.writeStringField("words", probe.words());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void sessions(JsonGenerator json, List<Explanation> explanations) throws IOException {
        json.writeArrayFieldStart("sessions");
        for (Explanation each : explanations) {
            new Writer(json).session(each);
        }
        json.writeEndArray();
    }

    private static byte[] encoded(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            content.to(json);
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** Writes to one generator. */
    private static final class Writer {
        private final JsonGenerator json;

        Writer(JsonGenerator json) {
            this.json = json;
        }

        void session(Explanation explanation) throws IOException {
            Parties parties = explanation.parties();
            json.writeStartObject();
            json.writeStringField("session_id", explanation.id());
            json.writeStringField("route", parties.route());
            address("client", parties.client());
            address("client_local", parties.clientLocal());
            address("upstream_local", parties.upstreamLocal());
            address("upstream", parties.upstream());
            json.writeBooleanField("single", explanation.ladder().single());
            json.writeBooleanField("over", explanation.ladder().over());
            json.writeBooleanField("hangs", explanation.hangs());
            json.writeArrayFieldStart("findings");
            for (Explained each : explanation.findings()) {
                finding(each);
            }
            json.writeEndArray();
            strings("outlook", explanation.outlook());
            strings("flow", explanation.flow());
            json.writeArrayFieldStart("meanwhile");
            for (KernelCount each : explanation.meanwhile()) {
                json.writeStartObject();
                json.writeStringField("counter", each.counter());
                json.writeStringField("words", each.words());
                json.writeNumberField("count", each.count());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeFieldName("ladder");
            JsonLadder.write(explanation.ladder(), json);
            json.writeEndObject();
        }

        void finding(Explained each) throws IOException {
            Finding finding = each.finding();
            Long until = each.untilEpochNanos();
            json.writeStartObject();
            json.writeStringField("id", finding.id().label());
            json.writeStringField("blame", finding.blame().label());
            json.writeArrayFieldStart("blame_candidates");
            for (Blame candidate : finding.candidates()) {
                json.writeString(candidate.label());
            }
            json.writeEndArray();
            json.writeStringField("hang", finding.hang().label());
            json.writeStringField("confidence", finding.confidence().label());
            json.writeStringField(
                    "leg", finding.leg() == null ? null : finding.leg().label());
            json.writeBooleanField("hangs", each.hangs());
            json.writeStringField("tense", each.tense().words());
            time("since", finding.sinceEpochNanos());
            time("until", until == null ? Evidence.TIMELESS : until);
            json.writeStringField("sentence", each.sentence());
            json.writeArrayFieldStart("evidence");
            for (Evidence evidence : finding.evidence()) {
                evidence(evidence);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("alternatives");
            for (Alternative other : finding.alternatives()) {
                json.writeStartObject();
                json.writeStringField("id", other.id());
                json.writeStringField("party", other.party().label());
                json.writeStringField("reading", other.reading());
                json.writeStringField("standing", other.standing().label());
                json.writeStringField("because", other.because());
                time("at", other.atEpochNanos());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("explains");
            for (var id : finding.explained()) {
                json.writeString(id.label());
            }
            json.writeEndArray();
            strings("contradictions", each.contradictions());
            json.writeArrayFieldStart("commands");
            for (NextCommands.Step step : each.steps()) {
                json.writeStartObject();
                json.writeStringField("command", step.command());
                json.writeStringField("shows", step.shows());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }

        void strings(String name, List<String> values) throws IOException {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        }

        void evidence(Evidence evidence) throws IOException {
            json.writeStartObject();
            json.writeStringField("clue", evidence.clue().label());
            json.writeStringField(
                    "leg", evidence.leg() == null ? null : evidence.leg().label());
            json.writeStringField("source", evidence.source().label());
            time("at", evidence.atEpochNanos());
            json.writeStringField("fact", ExplanationText.fact(evidence));
            json.writeEndObject();
        }

        void time(String name, long epochNanos) throws IOException {
            JsonLadder.time(name, epochNanos, json);
        }

        void address(String name, @Nullable InetSocketAddress address) throws IOException {
            json.writeStringField(name, address == null ? null : IpText.endpoint(address));
        }
    }

    /** Writes the content of a document. */
    private interface Content {
        void to(JsonGenerator json) throws IOException;
    }
}
