package dev.finspect.wire.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.wire.filter.FilterAssembler.Label;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jumps of the assembler, near and far. */
final class FilterAssemblerTest {
    private static final byte[] PACKET = new byte[1];

    /** The program returns 2 if the first byte is the operand, otherwise 3; both labels have the given distance. */
    @ParameterizedTest
    @CsvSource({"0,0", "0,254", "0,255", "254,0", "255,0", "255,255", "256,300", "1000,2000", "253,1", "254,1"})
    void aConditionalJumpReachesItsLabelsHoweverFarTheyAre(int before, int between) {
        for (int operand : new int[] {0, 1}) {
            FilterAssembler code = new FilterAssembler();
            Label yes = new Label();
            Label no = new Label();
            code.add(Bpf.LOAD_BYTE, 0).branch(Bpf.IF_EQUAL, operand, yes, no);
            fill(code, before);
            code.place(yes).add(Bpf.RETURN, 2);
            fill(code, between);
            code.place(no).add(Bpf.RETURN, 3);
            FilterProgram program =
                    code.assemble(FilterProgram.MAX_INSTRUCTIONS).orElseThrow();
            assertThat(FilterInterpreter.run(program, new byte[4], 0, 0, 0)).isEqualTo(operand == 0 ? 2 : 3);
        }
    }

    @Test
    void aProgramThatIsTooLongIsNone() {
        FilterAssembler code = new FilterAssembler();
        fill(code, 10);
        assertThat(code.assemble(9)).isEmpty();
        assertThat(code.assemble(10)).isPresent();
    }

    @Test
    void aJumpToNowhereOrBackwardsIsRefused() {
        Label nowhere = new Label();
        assertThatThrownBy(() -> new FilterAssembler().jump(nowhere).assemble(9))
                .hasMessageContaining("not after");
        Label end = new Label();
        assertThatThrownBy(() -> new FilterAssembler()
                        .branch(Bpf.IF_EQUAL, 0, end, null)
                        .place(end)
                        .assemble(9))
                .hasMessageContaining("not after");
        Label back = new Label();
        assertThatThrownBy(() -> new FilterAssembler()
                        .place(back)
                        .branch(Bpf.IF_EQUAL, 0, back, null)
                        .assemble(9))
                .hasMessageContaining("not after");
        Label twice = new Label();
        assertThatThrownBy(() -> new FilterAssembler().place(twice).place(twice))
                .hasMessageContaining("placed");
    }

    private static void fill(FilterAssembler code, int instructions) {
        for (int i = 0; i < instructions; i++) {
            code.add(Bpf.RETURN, PACKET.length);
        }
    }
}
