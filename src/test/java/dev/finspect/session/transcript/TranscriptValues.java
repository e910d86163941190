package dev.finspect.session.transcript;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.record.NameAnswer;
import dev.finspect.record.NameSource;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.TcpInfo;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes records of the JSON of a transcript: component by component, by their names. What is left out is 0, false or null. */
final class TranscriptValues {
    private static final Map<String, Class<?>> EVENTS = new HashMap<>();
    /** Components that are moments of the wall clock. */
    private static final Set<String> EPOCH = Set.of("atEpochNanos", "IcmpError.atNanos");

    static {
        for (Class<?> each : SessionEvent.class.getPermittedSubclasses()) {
            EVENTS.put(each.getSimpleName(), each);
        }
    }

    private final long startEpochNanos;
    /** The latest reading of each leg. */
    private final Map<String, ObjectNode> readings = new HashMap<>();

    TranscriptValues(long startEpochNanos) {
        this.startEpochNanos = startEpochNanos;
    }

    /** The event that an input is. */
    Object event(JsonNode input) {
        Class<?> type = EVENTS.get(input.get("event").textValue());
        if (type == null) {
            throw new IllegalArgumentException("no event is called " + input.get("event"));
        }
        return record(type, input);
    }

    /** A record of this type. */
    Object record(Class<?> type, JsonNode json) {
        try {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            @Nullable Object[] values = new @Nullable Object[components.length];
            for (int i = 0; i < components.length; i++) {
                values[i] = component(type, components[i], json);
            }
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            return canonical.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + " can be made of " + json, e);
        }
    }

    private @Nullable Object component(Class<?> of, RecordComponent component, JsonNode json) {
        String name = component.getName();
        JsonNode value = json.path(name);
        if (component.getType() == TcpInfo.class) {
            return value.isMissingNode() ? null : reading(of.getSimpleName(), name, json);
        }
        if (component.getType() == PeerSocket.Due.class) {
            return new PeerSocket.Due(
                    json.get("timer").textValue(), json.get("timerNanos").longValue());
        }
        if (component.getType() == PeerSocket.Holder.class) {
            return record(PeerSocket.Holder.class, json);
        }
        if (of == PeerSocket.Listening.class && value.isMissingNode()) {
            if (name.equals("drops")) {
                return Long.valueOf(-1);
            }
            return name.equals("listeners") ? Integer.valueOf(1) : null;
        }
        boolean epoch = EPOCH.contains(name) || EPOCH.contains(of.getSimpleName() + "." + name);
        return epoch ? (Object) (startEpochNanos + value.longValue()) : value(component.getType(), value);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable Object value(Class<?> type, JsonNode json) {
        if (type == long.class) {
            return json.longValue();
        }
        if (type == int.class) {
            return json.intValue();
        }
        if (type == boolean.class) {
            return json.booleanValue();
        }
        if (json.isMissingNode() || json.isNull()) {
            return null;
        }
        if (type == String.class) {
            return json.textValue();
        }
        if (type == Long.class) {
            return json.longValue();
        }
        if (type == Integer.class) {
            return json.intValue();
        }
        if (type == InetSocketAddress.class) {
            return address(json);
        }
        if (type == NameAnswer.class) {
            return nameAnswer(json);
        }
        if (type == IpAddress.class) {
            return IpAddress.of(host(json.textValue()));
        }
        if (type == FourTuple.class) {
            String[] ends = json.textValue().split(" > ", -1);
            return FourTuple.of(address(ends[0]), address(ends[1]));
        }
        if (type == Errno.class) {
            return new Errno(json.intValue());
        }
        return type.isEnum() ? Enum.valueOf((Class<? extends Enum>) type, json.textValue()) : record(type, json);
    }

    private static NameAnswer nameAnswer(JsonNode json) {
        List<InetAddress> addresses = new ArrayList<>();
        json.get("addresses").forEach(each -> addresses.add(host(each.textValue())));
        return new NameAnswer(
                addresses,
                NameSource.valueOf(json.get("source").textValue()),
                nanos(json.path("tookNanos")),
                nanos(json.path("ttlNanos")),
                nanos(json.path("ageNanos")));
    }

    private static Observation<Long> nanos(JsonNode json) {
        return json.isMissingNode() ? Observation.notObserved() : Fact.socket(json.longValue());
    }

    /** A reading of tcp_info, which has what the leg's reading before had where it says nothing else. */
    private Object reading(String event, String name, JsonNode json) {
        String leg = switch (event) {
            case "Accepted" -> "CLIENT";
            case "Connected" -> "UPSTREAM";
            case "Sampled" -> json.get("leg").textValue();
            case "Ended" -> name.equals("clientInfo") ? "CLIENT" : "UPSTREAM";
            default -> "attempt";
        };
        ObjectNode whole = readings.computeIfAbsent(leg, unused -> ((ObjectNode) json.get(name)).deepCopy());
        whole.setAll((ObjectNode) json.get(name));
        return record(TcpInfo.class, whole);
    }

    /** A record whose components are durations, written in seconds. */
    static Object durations(Class<?> type, JsonNode seconds) {
        try {
            RecordComponent[] components = type.getRecordComponents();
            Object[] values = new Object[components.length];
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < components.length; i++) {
                BigDecimal each = seconds.get(components[i].getName()).decimalValue();
                types[i] = Duration.class;
                values[i] = Duration.ofNanos(each.movePointRight(9).longValueExact());
            }
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no " + type.getSimpleName() + " can be made of " + seconds, e);
        }
    }

    static InetSocketAddress address(JsonNode json) {
        return address(json.textValue());
    }

    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(host(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    private static InetAddress host(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is not a numeric address", e);
        }
    }
}
