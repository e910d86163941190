package dev.finspect.session.filter;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.record.CloseAct;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.tls.ClientHello;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
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
            AddressPrefix network = AddressPrefix.of(value);
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
    ERROR("a word of error.type, for example refused, or * for any") {
        @Override
        Predicate<SessionRecord> any() {
            return record -> record.errorType() != null;
        }

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
    FINDING("one of " + States.labels(Catalogue.standard().ids().toArray(new FindingId[0]), FindingId::label) + " *") {
        @Override
        Predicate<SessionRecord> any() {
            return anyFinding(finding -> true);
        }

        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            FindingId id = Catalogue.standard().find(value).orElse(null);
            return id == null ? null : anyFinding(finding -> finding.id().equals(id));
        }
    },
    SNI("a host name of a ClientHello, in which a * stands for any letters: *.example.com; only with tls: observe") {
        @Override
        Predicate<SessionRecord> any() {
            return record -> serverName(record) != null;
        }

        @Override
        Predicate<SessionRecord> choice(String value) {
            List<String> parts = List.of(value.toLowerCase(Locale.ROOT).split("\\*", -1));
            Pattern name = Pattern.compile(parts.stream().map(Pattern::quote).collect(Collectors.joining(".*")));
            return record -> {
                String asked = serverName(record);
                return asked != null && name.matcher(asked).matches();
            };
        }
    },
    ROUTE("a route's name") {
        @Override
        @Nullable
        Predicate<SessionRecord> choice(String value) {
            return record -> value.equals(record.identity().route());
        }
    },
    BLAME("one of " + States.labels(Blame.values(), Blame::label) + " *") {
        @Override
        Predicate<SessionRecord> any() {
            return anyFinding(Finding::accuses);
        }

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

    /** What holds for records that have any value, written as {@code *}; null where that is not asked for. */
    @Nullable
    Predicate<SessionRecord> any() {
        return null;
    }

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

    private static @Nullable String serverName(SessionRecord record) {
        LegTls tls = record.client().tls();
        ClientHello offered = tls == null ? null : tls.hello().offered();
        return offered == null ? null : offered.serverName();
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
}
