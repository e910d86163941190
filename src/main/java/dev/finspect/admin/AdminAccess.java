package dev.finspect.admin;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask the admin server for what.
 *
 * @param token that changes and unknown callers need; null for a random one of this start
 * @param open paths that anyone may read, under any Host header
 * @param hosts further names that a Host header may have
 */
public record AdminAccess(@Nullable String token, Set<String> open, Set<String> hosts) {
    /** A random token; nothing is open. */
    public static final AdminAccess STANDARD = new AdminAccess(null, Set.of(), Set.of());

    /** Paths that can be opened: none of them names an address or a program. */
    public static final Set<String> MAY_BE_OPEN = Set.of("/metrics", "/healthz", "/readyz");

    @Override
    public String toString() {
        return "open " + open + " hosts " + hosts;
    }
}
