package dev.finspect.wire.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a classic BPF program from instructions and labels. Jumps go forward only, as the kernel requires. A conditional
 * jump reaches 255 instructions; if its label is farther away, an unconditional jump is inserted after it.
 */
final class FilterAssembler {
    private static final int REACH = 0xff;
    private static final int JUMP_ALWAYS = 0x05;

    private final List<Line> lines = new ArrayList<>();

    /** A position in the program: created first, then placed once, after every jump to it. */
    static final class Label {
        private int line = -1;
    }

    /**
     * One instruction before assembly.
     *
     * @param ifTrue target of a jump; null for the next instruction
     * @param ifFalse likewise, for a conditional jump
     */
    private record Line(
            int code,
            int operand,
            boolean conditional,
            @Nullable Label ifTrue,
            @Nullable Label ifFalse) {}

    /** Adds an instruction that does not jump. */
    FilterAssembler add(int code, int operand) {
        lines.add(new Line(code, operand, false, null, null));
        return this;
    }

    /** Adds an unconditional jump. */
    FilterAssembler jump(Label target) {
        lines.add(new Line(JUMP_ALWAYS, 0, false, target, null));
        return this;
    }

    /** Adds a conditional jump to one of two labels; null means the next instruction. */
    FilterAssembler branch(int code, int operand, @Nullable Label ifTrue, @Nullable Label ifFalse) {
        lines.add(new Line(code, operand, true, ifTrue, ifFalse));
        return this;
    }

    /** Places the label before the next instruction. */
    FilterAssembler place(Label label) {
        if (label.line >= 0) {
            throw new IllegalStateException("the label is placed already, at line " + label.line);
        }
        label.line = lines.size();
        return this;
    }

    /** Assembles the program; empty if it is longer than {@code most} instructions. */
    Optional<FilterProgram> assemble(int most) {
        Layout layout = new Layout();
        while (layout.widen()) {
            // Each round can put further labels out of reach, and never brings one back.
        }
        return layout.length() > most ? Optional.empty() : Optional.of(new FilterProgram(layout.encode()));
    }

    /** The position of each line, and which of its jumps need a second jump. */
    private final class Layout {
        private final boolean[] farTrue = new boolean[lines.size()];
        private final boolean[] farFalse = new boolean[lines.size()];
        private final int[] starts = new int[lines.size() + 1];

        Layout() {
            place();
        }

        int length() {
            return starts[lines.size()];
        }

        /** Marks jumps whose label is out of reach; false if there were no new ones. */
        boolean widen() {
            boolean changed = false;
            for (int i = 0; i < lines.size(); i++) {
                Line line = lines.get(i);
                if (line.conditional()) {
                    boolean widerTrue = !farTrue[i] && distance(i, line.ifTrue()) > REACH;
                    boolean widerFalse = !farFalse[i] && distance(i, line.ifFalse()) > REACH;
                    farTrue[i] |= widerTrue;
                    farFalse[i] |= widerFalse;
                    changed |= widerTrue || widerFalse;
                }
            }
            place();
            return changed;
        }

        long[] encode() {
            long[] program = new long[length()];
            for (int i = 0; i < lines.size(); i++) {
                Line line = lines.get(i);
                int at = starts[i];
                if (line.conditional()) {
                    int jumpTrue = farTrue[i] ? 0 : distance(i, line.ifTrue());
                    int jumpFalse = farFalse[i] ? (farTrue[i] ? 1 : 0) : distance(i, line.ifFalse());
                    program[at] = instruction(line.code(), jumpTrue, jumpFalse, line.operand());
                    if (farTrue[i]) {
                        program[++at] = always(at, line.ifTrue());
                    }
                    if (farFalse[i]) {
                        program[++at] = always(at, line.ifFalse());
                    }
                } else if (line.ifTrue() != null) {
                    program[at] = always(at, line.ifTrue());
                } else {
                    program[at] = instruction(line.code(), 0, 0, line.operand());
                }
            }
            return program;
        }

        private void place() {
            int at = 0;
            for (int i = 0; i < lines.size(); i++) {
                starts[i] = at;
                at += 1 + (farTrue[i] ? 1 : 0) + (farFalse[i] ? 1 : 0);
            }
            starts[lines.size()] = at;
        }

        /** Number of instructions between the first one of a line and its target. */
        private int distance(int line, @Nullable Label target) {
            int to = target == null ? starts[line + 1] : starts[placed(target, line)];
            return to - starts[line] - 1;
        }

        private long always(int at, @Nullable Label target) {
            return instruction(JUMP_ALWAYS, 0, 0, starts[placed(target, -1)] - at - 1);
        }

        private int placed(@Nullable Label target, int from) {
            if (target == null || target.line <= from || target.line >= lines.size()) {
                throw new IllegalStateException("line " + from + " jumps to a label that is not after it");
            }
            return target.line;
        }
    }

    private static long instruction(int code, int jumpTrue, int jumpFalse, int operand) {
        return (long) code << FilterProgram.CODE_SHIFT
                | (long) jumpTrue << FilterProgram.JT_SHIFT
                | (long) jumpFalse << FilterProgram.JF_SHIFT
                | Integer.toUnsignedLong(operand);
    }
}
