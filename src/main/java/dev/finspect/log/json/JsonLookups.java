package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Lookup;
import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.IpText;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the look-ups of an upstream's names. */
final class JsonLookups {
    /** Of an answer's addresses. */
    private static final int MOST_ADDRESSES = 16;

    private static final SerializedString LOOKUPS = new SerializedString("lookups");
    private static final SerializedString NAME = new SerializedString("name");
    private static final SerializedString PURPOSE = new SerializedString("purpose");
    private static final SerializedString ASKED_AT = new SerializedString("asked_at");
    private static final SerializedString DURATION_SECONDS = new SerializedString("duration_seconds");
    private static final SerializedString SERVER_ADDRESS = new SerializedString("server.address");
    private static final SerializedString SERVER_PORT = new SerializedString("server.port");
    private static final SerializedString RESULT = new SerializedString("result");
    private static final SerializedString SOURCE = new SerializedString("source");
    private static final SerializedString SERVER_SECONDS = new SerializedString("server_seconds");
    private static final SerializedString TTL_SECONDS = new SerializedString("ttl_seconds");
    private static final SerializedString AGE_SECONDS = new SerializedString("age_seconds");
    private static final SerializedString ADDRESSES = new SerializedString("addresses");
    private static final SerializedString ANSWERS = new SerializedString("answers");
    private static final SerializedString USED = new SerializedString("used");
    private static final SerializedString ERROR = new SerializedString("error");
    private static final Map<Lookup.Purpose, SerializableString> PURPOSES =
            FactWriter.labels(Lookup.Purpose.class, Lookup.Purpose::label);
    private static final Map<Lookup.Result, SerializableString> RESULTS =
            FactWriter.labels(Lookup.Result.class, Lookup.Result::label);
    private static final Map<NameSource, SerializableString> NAME_SOURCES =
            FactWriter.labels(NameSource.class, NameSource::label);

    private JsonLookups() {}

    static void write(LegRecord leg, FactWriter out) {
        out.json.writeFieldName(LOOKUPS);
        out.json.writeStartArray();
        for (Lookup lookup : leg.lookups()) {
            write(leg, lookup, out);
        }
        out.json.writeEndArray();
    }

    private static void write(LegRecord leg, Lookup lookup, FactWriter out) {
        Lookup.End end = lookup.end();
        NameAnswer answer = end == null ? null : end.answer();
        InetAddress used = used(leg, lookup);
        out.json.writeStartObject();
        out.text(NAME, lookup.name());
        out.label(PURPOSE, lookup.purpose(), PURPOSES);
        out.time(ASKED_AT, (Long) lookup.askedAt().value());
        out.seconds(DURATION_SECONDS, end == null ? null : (Long) end.durationNanos());
        out.endpoint(SERVER_ADDRESS, SERVER_PORT, lookup.server().orNull());
        out.label(RESULT, end == null ? null : end.result(), RESULTS);
        out.label(SOURCE, answer == null ? null : answer.source(), NAME_SOURCES);
        out.seconds(SERVER_SECONDS, answer == null ? null : answer.tookNanos().orNull());
        out.seconds(TTL_SECONDS, answer == null ? null : answer.ttlNanos().orNull());
        out.seconds(AGE_SECONDS, answer == null ? null : answer.ageNanos().orNull());
        out.number(ADDRESSES, (long) lookup.addresses().size());
        answers(lookup.addresses(), out);
        out.text(USED, used == null ? null : IpText.address(used));
        out.text(ERROR, lookup.error());
        out.json.writeEndObject();
    }

    private static void answers(List<InetAddress> addresses, FactWriter out) {
        out.json.writeFieldName(ANSWERS);
        out.json.writeStartArray();
        for (InetAddress each : addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()))) {
            out.json.writeString(IpText.address(each));
        }
        out.json.writeEndArray();
    }

    /** The address of the answer that was connected; null while none is, and where it is from another answer. */
    private static @Nullable InetAddress used(LegRecord leg, Lookup lookup) {
        for (Attempt attempt : leg.attempts()) {
            InetAddress address = attempt.result() == ConnectResult.CONNECTED && attempt.address() != null
                    ? attempt.address().getAddress()
                    : null;
            if (address != null && lookup.addresses().contains(address)) {
                return address;
            }
        }
        return null;
    }
}
