package dev.finspect.session.anonymous;

import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.IpText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses and names in the place of others, the same for the same. IPv4 addresses become those of RFC 5737 (192.0.2.0/24,
 * 198.51.100.0/24, 203.0.113.0/24), and where these are used up those of RFC 2544 (198.18.0.0/15), then 240.0.0.0/4; IPv6
 * addresses those of RFC 3849 (2001:db8::/32). Addresses that name nobody, 0.0.0.0 and ::, stay. Not thread-safe.
 */
final class Pseudonyms {
    private static final int[] DOCUMENTATION = {0xc0000200, 0xc6336400, 0xcb007100};
    private static final int OF_A_NETWORK = 254;
    private static final int BENCHMARKS = 0xc6120000;
    private static final int OF_BENCHMARKS = (1 << 17) - 1;
    private static final int RESERVED = 0xf0000000;
    private static final long DOCUMENTATION_V6 = 0x20010db8_00000000L;

    private static final Pattern V4 = Pattern.compile("(?<![0-9.])(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?![0-9]|\\.[0-9])");
    private static final Pattern V6 = Pattern.compile("(?<![0-9A-Za-z:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*"
            + "(?:(?<=:)(?:[0-9]{1,3}\\.){3}[0-9]{1,3})?(?![0-9A-Za-z:]|\\.[0-9])");

    private final Map<IpAddress, IpAddress> addresses = new HashMap<>();
    private final Set<IpAddress> given = new HashSet<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private int nextV4;
    private long nextV6;

    /** The address in the place of this one. */
    IpAddress address(IpAddress real) {
        if (real.high() == 0 && real.low() == 0) {
            return real;
        }
        IpAddress known = addresses.get(real);
        if (known != null) {
            return known;
        }
        IpAddress other = next(real.v6());
        // Not one that stands for itself elsewhere: whoever reads the output could not tell the two apart.
        while (addresses.containsKey(other) || other.equals(real) || given.contains(other)) {
            other = next(real.v6());
        }
        addresses.put(real, other);
        given.add(other);
        return other;
    }

    private IpAddress next(boolean v6) {
        if (v6) {
            return IpAddress.v6(DOCUMENTATION_V6, ++nextV6);
        }
        int number = nextV4++;
        if (number < DOCUMENTATION.length * OF_A_NETWORK) {
            return IpAddress.v4(DOCUMENTATION[number / OF_A_NETWORK] + 1 + number % OF_A_NETWORK);
        }
        int rest = number - DOCUMENTATION.length * OF_A_NETWORK;
        return IpAddress.v4(rest < OF_BENCHMARKS ? BENCHMARKS + 1 + rest : RESERVED + rest - OF_BENCHMARKS);
    }

    /** The name in the place of this one: {@code kind-1}, {@code kind-2} and so on, with an end. */
    String name(String kind, String real, String end) {
        return names.computeIfAbsent(
                kind + " " + real, unused -> kind + "-" + counts.merge(kind, 1, Integer::sum) + end);
    }

    /** The text with other addresses in it, wherever they stand. */
    String text(String text) {
        return replaced(V4, replaced(V6, text));
    }

    private String replaced(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        StringBuilder other = new StringBuilder(text.length());
        while (found.find()) {
            IpAddress real = parsed(found.group());
            String shown =
                    real == null ? found.group() : IpText.address(address(real).toInetAddress());
            found.appendReplacement(other, Matcher.quoteReplacement(shown));
        }
        return found.appendTail(other).toString();
    }

    private static @Nullable IpAddress parsed(String text) {
        boolean v6 = text.indexOf(':') >= 0;
        for (String octet : v6 ? new String[0] : text.split("\\.", -1)) {
            if (Integer.parseInt(octet) > 255) {
                return null;
            }
        }
        try {
            // Of digits alone, so that no name is ever looked up.
            return IpAddress.of(InetAddress.getByName(v6 ? "[" + text + "]" : text));
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
