package dev.finspect.wire.filter;

import dev.finspect.tcp.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A range of ports to which the same rules apply.
 *
 * @param first lowest port
 * @param last highest port, inclusive
 * @param headers addresses of which every header is captured; null for all addresses
 * @param lifecycle addresses of which opening and closing is captured; null for all addresses
 */
record PortSpan(
        int first,
        int last,
        @Nullable Set<IpAddress> headers,
        @Nullable Set<IpAddress> lifecycle) {
    private static final Comparator<IpAddress> ORDER = Comparator.comparing((IpAddress address) -> address.v6())
            .thenComparingLong(IpAddress::high)
            .thenComparingLong(IpAddress::low);

    /** The rules as spans, in ascending order of ports; adjacent ports with the same rules are one span. */
    static List<PortSpan> of(Collection<FilterRule> rules) {
        Map<Integer, PortSpan> byPort = new TreeMap<>();
        for (FilterRule rule : rules) {
            if (rule.mode() != FilterMode.OFF) {
                byPort.merge(rule.port(), of(rule), PortSpan::and);
            }
        }
        return joined(byPort.values());
    }

    /** The same ports, each for all addresses. */
    static List<PortSpan> ofAllAddresses(List<PortSpan> spans) {
        return joined(spans.stream().map(PortSpan::forAllAddresses).toList());
    }

    /** At most {@code most} spans that contain all these ports and as few others as possible; each for all addresses. */
    static List<PortSpan> atMost(int most, List<PortSpan> spans) {
        List<PortSpan> narrow = ofAllAddresses(spans);
        int[] gaps = new int[narrow.size() - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = narrow.get(i + 1).first() - narrow.get(i).last();
        }
        List<Integer> byGap = new ArrayList<>();
        for (int i = 0; i < gaps.length; i++) {
            byGap.add(i);
        }
        byGap.sort(Comparator.comparingInt(i -> gaps[i]));
        Set<Integer> bridged = Set.copyOf(byGap.subList(0, Math.max(0, narrow.size() - most)));
        List<PortSpan> wide = new ArrayList<>();
        for (int i = 0; i < narrow.size(); i++) {
            PortSpan span = narrow.get(i);
            int before = wide.size() - 1;
            if (bridged.contains(i - 1)) {
                wide.set(before, wide.get(before).upTo(span));
            } else {
                wide.add(span);
            }
        }
        return wide;
    }

    private static PortSpan of(FilterRule rule) {
        Set<IpAddress> addresses = rule.address() == null ? null : Set.of(rule.address());
        return rule.mode() == FilterMode.HEADERS
                ? new PortSpan(rule.port(), rule.port(), addresses, Set.of())
                : new PortSpan(rule.port(), rule.port(), Set.of(), addresses);
    }

    private static List<PortSpan> joined(Collection<PortSpan> ascending) {
        List<PortSpan> spans = new ArrayList<>();
        for (PortSpan next : ascending) {
            int end = spans.size() - 1;
            if (end >= 0
                    && spans.get(end).last() + 1 == next.first()
                    && spans.get(end).hasRulesOf(next)) {
                spans.set(end, spans.get(end).upTo(next));
            } else {
                spans.add(next);
            }
        }
        return spans;
    }

    private PortSpan and(PortSpan other) {
        return new PortSpan(first, last, union(headers, other.headers), union(lifecycle, other.lifecycle));
    }

    private PortSpan forAllAddresses() {
        boolean any = headers == null || !headers.isEmpty();
        return new PortSpan(first, last, any ? null : Set.of(), any ? Set.of() : null);
    }

    private boolean hasRulesOf(PortSpan other) {
        return java.util.Objects.equals(headers, other.headers) && java.util.Objects.equals(lifecycle, other.lifecycle);
    }

    /** One span from this one's first port to the other's last, with the rules of both. */
    private PortSpan upTo(PortSpan other) {
        return new PortSpan(first, other.last, union(headers, other.headers), union(lifecycle, other.lifecycle));
    }

    private static @Nullable Set<IpAddress> union(@Nullable Set<IpAddress> a, @Nullable Set<IpAddress> b) {
        if (a == null || b == null) {
            return null;
        }
        Set<IpAddress> both = new TreeSet<>(ORDER);
        both.addAll(a);
        both.addAll(b);
        return both;
    }
}
