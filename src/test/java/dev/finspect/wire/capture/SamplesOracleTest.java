package dev.finspect.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.wire.packet.LinkType;
import dev.finspect.wire.packet.SamplePackets;
import dev.finspect.wire.packet.SamplePackets.Sample;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handmade frames of the decoder tests, written to a file: tshark has to find the same segment in each. */
@NeedsPrograms("tshark")
final class SamplesOracleTest {
    private static final Set<String> TSHARK_4_0_DOES_NOT_KNOW = Set.of(
            // The address family of Linux, which does not use this link type.
            "loopback, IPv6 of Linux",
            // tshark found no packet in it, in the byte order of another machine.
            "NFLOG, big-endian",
            // tshark guesses by MAC addresses whether there is a control word; those of the sample have no known
            // vendor.
            "MPLS with Ethernet",
            "GRE with VLAN");

    @TempDir
    private Path folder;

    @Test
    void tsharkFindsTheSegmentInEachOfThem() throws IOException {
        Map<String, Sample> samples = SamplePackets.everyKind();
        samples.keySet().removeAll(TSHARK_4_0_DOES_NOT_KNOW);
        Path file = folder.resolve("samples.pcapng");
        try (OutputStream out = Files.newOutputStream(file)) {
            write(samples, out);
        }
        String seen = Program.of(
                        "tshark",
                        "-n",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-E",
                        "occurrence=l",
                        "-E",
                        "separator=;",
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-e",
                        "frame.comment",
                        "-e",
                        "tcp.srcport",
                        "-e",
                        "tcp.dstport",
                        "-e",
                        "tcp.seq_raw",
                        "-e",
                        "tcp.ack_raw",
                        "-e",
                        "tcp.len",
                        "-e",
                        "tcp.flags",
                        "-e",
                        "tcp.checksum.status")
                .succeed()
                .text();
        assertThat(seen.lines())
                .containsExactlyElementsOf(samples.keySet().stream()
                        .map(name -> name + ";4660;80;16909060;84281096;5;0x0018;1")
                        .toList());
    }

    private static void write(Map<String, Sample> samples, OutputStream out) {
        PcapNgWriter writer = PcapNgWriter.begin(
                block -> {
                    try {
                        out.write(block.array(), block.arrayOffset() + block.position(), block.remaining());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                CaptureSection.ANONYMOUS);
        samples.forEach((name, sample) -> {
            int id = writer.addInterface(CaptureInterface.of(new LinkType(sample.linkType()), 0));
            writer.frame(sample.frame().comments(List.of(name)), id);
        });
    }
}
