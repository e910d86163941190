package dev.finspect.wire.filter;

import dev.finspect.wire.filter.FilterAssembler.Label;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Builds the program of a {@link CaptureFilter}, as selective as the kernel's limit on its length allows. */
final class FilterBuilder {
    private final List<PortSpan> spans;
    private final int maxInstructions;

    FilterBuilder(Collection<FilterRule> rules, int maxInstructions) {
        this.spans = PortSpan.of(rules);
        this.maxInstructions = maxInstructions;
    }

    CaptureFilter build() {
        Optional<FilterProgram> exact = program(spans);
        if (exact.isPresent()) {
            return new CaptureFilter(exact.get(), Optional.empty());
        }
        Optional<FilterProgram> ports = program(PortSpan.ofAllAddresses(spans));
        if (ports.isPresent()) {
            return new CaptureFilter(
                    ports.get(), Optional.of("there are too many addresses for one filter, so it compares ports only"));
        }
        for (int most = spans.size() / 2; ; most /= 2) {
            Optional<FilterProgram> wide = program(PortSpan.atMost(most, spans));
            if (wide.isPresent()) {
                return new CaptureFilter(
                        wide.get(),
                        Optional.of("there are too many ports for one filter, so it also captures ports between them"));
            }
        }
    }

    private Optional<FilterProgram> program(List<PortSpan> spans) {
        if (spans.isEmpty()) {
            return new FilterAssembler().add(Bpf.RETURN, 0).assemble(maxInstructions);
        }
        FilterAssembler code = new FilterAssembler();
        Label match = new Label();
        Label drop = new Label();
        PacketParser.write(code, match, drop);
        code.place(match);
        Label accept = new Label();
        Label source = new Label();
        new PortSearch(code, PortSearch.Side.DESTINATION, accept, source).write(spans);
        code.place(source);
        new PortSearch(code, PortSearch.Side.SOURCE, accept, drop).write(spans);
        code.place(accept);
        code.add(Bpf.LOAD_MEMORY, PacketParser.HEADER_BYTES).add(Bpf.RETURN_A, 0);
        code.place(drop);
        code.add(Bpf.RETURN, 0);
        return code.assemble(maxInstructions);
    }
}
