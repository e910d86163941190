package dev.finspect.cli.config;

import dev.finspect.relay.ClosePolicy;
import java.time.Duration;

/** Syntax of a close policy: {@code propagate}, {@code full_close}, {@code reset}, or {@code linger} with a duration. */
public final class ClosePolicies {
    private static final Syntax<Duration> LINGER = Scalars.duration(Duration.ofMillis(1), Duration.ofDays(1));
    private static final String WORDS =
            "Write propagate (forwards each close as it is), full_close, reset, or linger with a duration, for example linger 5s.";

    private ClosePolicies() {}

    /** Parses a policy. */
    public static final Syntax<ClosePolicy> SYNTAX = text -> {
        String[] words = text.split("\\s+", 2);
        boolean alone = words.length == 1;
        if (alone && words[0].equals("propagate")) {
            return ClosePolicy.PROPAGATE;
        } else if (alone && words[0].equals("full_close")) {
            return ClosePolicy.FULL_CLOSE;
        } else if (alone && words[0].equals("reset")) {
            return ClosePolicy.RESET;
        } else if (!alone && words[0].equals("linger")) {
            return ClosePolicy.linger(LINGER.parse(words[1]));
        }
        throw new InvalidValueException(Scalars.quoted(text) + " is not a close policy", WORDS);
    };

    /** The policy as written in a configuration file. */
    public static String shown(ClosePolicy policy) {
        String word = policy.kind().label();
        return policy.kind() == ClosePolicy.Kind.LINGER ? word + " " + Scalars.shown(policy.linger()) : word;
    }
}
