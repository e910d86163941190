package dev.finspect.bench.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines as proc(5) shows them. */
final class ProcFormatTest {
    @Test
    void cpuTicksAreFoundBehindANameWithParenthesesAndSpaces() {
        String stat = "4711 (a ) b) S 1 4711 4711 0 -1 4194560 120 0 3 0 250 50 0 0 20 0 4 0 8154 1 2 3";
        assertThat(ProcFormat.cpuTicks(stat)).isEqualTo(300);
    }

    @Test
    void kilobytesAreThoseOfTheKey() {
        List<String> lines =
                List.of("Rss:              900 kB", "Pss_Anon:          70 kB", "Pss:              800 kB");
        assertThat(ProcFormat.kilobytes(lines, "Pss")).isEqualTo(800);
        assertThat(ProcFormat.kilobytes(lines, "VmRSS")).isZero();
    }

    @Test
    void aListenerIsALineOfItsPortInStateListen() {
        String v4 = "   0: 0100007F:1B59 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11";
        String v6 = "   0: 0000000000000000FFFF00000100007F:1B59 00000000000000000000000000000000:0000 0A 0:0 0:0 0";
        assertThat(ProcFormat.listensOn(v4, 7001)).isTrue();
        assertThat(ProcFormat.listensOn(v6, 7001)).isTrue();
        assertThat(ProcFormat.listensOn(v4, 7002)).isFalse();
        assertThat(ProcFormat.listensOn(v4.replace(" 0A ", " 01 "), 7001)).isFalse();
        assertThat(ProcFormat.listensOn("  sl  local_address rem_address   st", 7001))
                .isFalse();
    }
}
