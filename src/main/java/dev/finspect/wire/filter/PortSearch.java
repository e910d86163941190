package dev.finspect.wire.filter;

import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.filter.FilterAssembler.Label;
import java.util.List;
import java.util.Set;

/**
 * The part of the filter program that searches the rules for one endpoint of a packet: first a binary search by port, since
 * packets that match no rule have to pass it too, then a comparison with the addresses for that port.
 */
final class PortSearch {
    /** An endpoint of a packet, and the offset of its address in an IPv4 and in an IPv6 header. */
    enum Side {
        SOURCE(PacketParser.SOURCE_PORT, 12, 8),
        DESTINATION(PacketParser.DESTINATION_PORT, 16, 24);

        private final int port;
        private final int v4;
        private final int v6;

        Side(int port, int v4, int v6) {
            this.port = port;
            this.v4 = v4;
            this.v6 = v6;
        }
    }

    private final FilterAssembler code;
    private final Side side;
    private final Label wanted;
    private final Label unwanted;
    private final Label onlyOpeningAndClosing = new Label();

    PortSearch(FilterAssembler code, Side side, Label wanted, Label unwanted) {
        this.code = code;
        this.side = side;
        this.wanted = wanted;
        this.unwanted = unwanted;
    }

    /** Emits the search in these spans, at least one, in ascending order. */
    void write(List<PortSpan> spans) {
        code.add(Bpf.LOAD_MEMORY, side.port);
        search(spans);
        code.place(onlyOpeningAndClosing);
        code.add(Bpf.LOAD_MEMORY, PacketParser.OPENS_OR_CLOSES).branch(Bpf.IF_EQUAL, 1, wanted, unwanted);
    }

    private void search(List<PortSpan> spans) {
        int middle = spans.size() / 2;
        if (middle == 0) {
            leaf(spans.get(0));
            return;
        }
        Label upper = new Label();
        code.branch(Bpf.IF_AT_LEAST, spans.get(middle).first(), upper, null);
        search(spans.subList(0, middle));
        code.place(upper);
        search(spans.subList(middle, spans.size()));
    }

    private void leaf(PortSpan span) {
        if (span.first() == span.last()) {
            code.branch(Bpf.IF_EQUAL, span.first(), null, unwanted);
        } else {
            code.branch(Bpf.IF_AT_LEAST, span.first(), null, unwanted);
            code.branch(Bpf.IF_GREATER, span.last(), unwanted, null);
        }
        if (span.headers() == null) {
            code.jump(wanted);
            return;
        }
        if (!span.headers().isEmpty()) {
            Label others = new Label();
            addresses(span.headers(), wanted, others);
            code.place(others);
        }
        if (span.lifecycle() == null) {
            code.jump(onlyOpeningAndClosing);
        } else {
            addresses(span.lifecycle(), onlyOpeningAndClosing, unwanted);
        }
    }

    /** Jumps to {@code found} if the address of this side is one of these, or if there is no address to compare. */
    private void addresses(Set<IpAddress> addresses, Label found, Label other) {
        Label v6 = new Label();
        code.add(Bpf.LOAD_MEMORY, PacketParser.FAMILY);
        code.branch(Bpf.IF_EQUAL, PacketParser.QUOTED, found, null);
        code.branch(Bpf.IF_EQUAL, PacketParser.V6, v6, null);
        code.add(Bpf.LOAD_WORD, side.v4);
        addresses.stream()
                .filter(address -> !address.v6())
                .forEach(address -> code.branch(Bpf.IF_EQUAL, (int) address.low(), found, null));
        code.jump(other).place(v6);
        addresses.stream().filter(IpAddress::v6).forEach(address -> {
            Label next = new Label();
            int[] words = words(address);
            for (int i = 0; i < words.length; i++) {
                code.add(Bpf.LOAD_WORD, side.v6 + i * Integer.BYTES);
                code.branch(Bpf.IF_EQUAL, words[i], i == words.length - 1 ? found : null, next);
            }
            code.place(next);
        });
        code.jump(other);
    }

    private static int[] words(IpAddress address) {
        return new int[] {
            (int) (address.high() >>> Integer.SIZE),
            (int) address.high(),
            (int) (address.low() >>> Integer.SIZE),
            (int) address.low()
        };
    }
}
