package dev.finspect.session.filter;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.record.CloseAct;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The names of the filter language that take a word: {@code port:5432}. */
enum FilterWord {
    PORT("a number from 0 to 65535") {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65_535) {
                return null;
            }
            int port = Integer.parseInt(value);
            return anyEnd(end -> end.getPort() == port);
        }
    },
    HOST("an IPv4 or IPv6 address, or a network as ADDRESS/BITS") {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            Network network = Network.of(value);
            return network == null ? null : anyEnd(end -> end.getAddress() != null && network.has(end.getAddress()));
        }
    },
    CONN_STATE("one of " + String.join(" ", States.ZEEK)) {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            String state = value.toUpperCase(Locale.ROOT);
            return States.ZEEK.contains(state) ? anyLeg(leg -> state.equals(leg.connState())) : null;
        }
    },
    STATE("Zeek's conn_state, or a state of RFC 9293 like TIME-WAIT") {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            String word = value.toUpperCase(Locale.ROOT).replace('_', '-');
            for (TcpState state : TcpState.values()) {
                if (state.label().equals(word)) {
                    return anyLeg(leg -> RecordFilter.inState(leg, state));
                }
            }
            return CONN_STATE.choice(value);
        }
    },
    HISTORY("letters of Zeek's history") {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            return anyLeg(leg -> leg.history() != null && leg.history().contains(value));
        }
    },
    OUTCOME("one of " + States.labels(Outcome.values(), Outcome::label)) {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            for (Outcome outcome : Outcome.values()) {
                if (outcome.label().equals(value)) {
                    return record -> record.outcome() == outcome;
                }
            }
            return null;
        }
    },
    EVENT("one of " + States.labels(RecordEvent.values(), RecordEvent::label)) {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            for (RecordEvent event : RecordEvent.values()) {
                if (event.label().equals(value)) {
                    return record -> record.event() == event;
                }
            }
            return null;
        }
    },
    ERROR("a word of error.type, for example refused") {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            return record -> value.equals(record.errorType());
        }
    },
    FIRST("client, upstream or proxy") {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            for (CloseAct.Actor actor : CloseAct.Actor.values()) {
                if (actor.label().equals(value)) {
                    return record -> {
                        CloseAct first = record.close().first();
                        return first != null && first.by() == actor;
                    };
                }
            }
            return null;
        }
    },
    FINDING("one of " + States.labels(Catalogue.standard().ids().toArray(new FindingId[0]), FindingId::label)) {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            FindingId id = Catalogue.standard().find(value).orElse(null);
            return id == null ? null : anyFinding(finding -> finding.id().equals(id));
        }
    },
    BLAME("one of " + States.labels(Blame.values(), Blame::label)) {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            for (Blame blame : Blame.values()) {
                if (blame.label().equals(value)) {
                    return anyFinding(finding ->
                            finding.blame() == blame || finding.candidates().contains(blame));
                }
            }
            return null;
        }
    };

    private final String wants;

    FilterWord(String wants) {
        this.wants = wants;
    }

    /** What holds for records of this value; null when the value does not fit. */
    @Nullable
    abstract Predicate<SessionRecord> choice(String value);

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String wants() {
        return wants;
    }

    static String labels() {
        return Arrays.stream(values()).map(FilterWord::label).collect(Collectors.joining(", "));
    }

    /** Of those that are so, that went away, and of the end. */
    private static Predicate<SessionRecord> anyFinding(Predicate<Finding> which) {
        return record -> {
            Diagnosed diagnosed = record.diagnosed();
            return diagnosed != null && diagnosed.findings().stream().anyMatch(found -> which.test(found.finding()));
        };
    }

    private static Predicate<SessionRecord> anyLeg(Predicate<LegRecord> holds) {
        return record -> holds.test(record.client()) || holds.test(record.upstream());
    }

    private static Predicate<SessionRecord> anyEnd(Predicate<InetSocketAddress> holds) {
        return anyLeg(leg ->
                (leg.peer() != null && holds.test(leg.peer())) || (leg.local() != null && holds.test(leg.local())));
    }

    /** The words that a value may be. */
    private static final class States {
        static final List<String> ZEEK =
                List.of("S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH");

        static <E> String labels(E[] values, java.util.function.Function<E, String> label) {
            return Arrays.stream(values).map(label).collect(Collectors.joining(" "));
        }
    }

    /** Addresses whose first bits are given. */
    private record Network(IpAddress address, int bits) {
        static @Nullable Network of(String text) {
            int slash = text.indexOf('/');
            String written = slash < 0 ? text : text.substring(0, slash);
            // Only what is made of digits, so that no name is ever looked up.
            if (!written.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
                return null;
            }
            try {
                IpAddress address = IpAddress.of(InetAddress.getByName(written));
                int width = address.v6() ? 128 : 32;
                String bits = slash < 0 ? String.valueOf(width) : text.substring(slash + 1);
                boolean fits = bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= width;
                return fits ? new Network(address, Integer.parseInt(bits)) : null;
            } catch (UnknownHostException e) {
                return null;
            }
        }

        boolean has(InetAddress one) {
            IpAddress other = IpAddress.of(one);
            if (other.v6() != address.v6()) {
                return false;
            }
            return address.v6()
                    ? same(address.high(), other.high(), bits, 64) && same(address.low(), other.low(), bits - 64, 64)
                    : same(address.low(), other.low(), bits, 32);
        }

        /** Whether the first {@code bits} of the lower {@code width} are the same. */
        private static boolean same(long one, long other, int bits, int width) {
            return bits <= 0 || (one ^ other) >>> Math.max(0, width - bits) == 0;
        }
    }
}
