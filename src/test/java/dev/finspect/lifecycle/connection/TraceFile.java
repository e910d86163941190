package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.capture.ByteSource;
import dev.finspect.wire.capture.CaptureReader;
import dev.finspect.wire.packet.PacketDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A capture file, and the connections that finspect finds in it. */
record TraceFile(List<Decoded> packets) {
    static TraceFile read(Path file) throws IOException {
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(Files.readAllBytes(file))));
        PacketDecoder decoder = PacketDecoder.verifyingChecksums();
        List<Decoded> packets = new ArrayList<>();
        while (reader.advance()) {
            Decoded decoded = decoder.decode(reader.frame());
            if (decoded instanceof TcpSegment || decoded instanceof IcmpError) {
                packets.add(decoded);
            }
        }
        return new TraceFile(packets);
    }

    /** All connections of the file, in the order of their first segments. */
    List<ConnectionFacts> connections(TimeLimits limits, ServicePorts ports, boolean skipWrongChecksums) {
        List<ConnectionFacts> found = new ArrayList<>();
        Connections connections =
                new Connections(new TrackingSettings(limits, 100_000, ports, skipWrongChecksums), found::add);
        for (Decoded packet : packets) {
            if (packet instanceof TcpSegment segment) {
                connections.segment(segment);
            } else if (packet instanceof IcmpError error) {
                connections.icmpError(error);
            }
        }
        connections.finish();
        found.sort(Comparator.comparingLong(ConnectionFacts::number));
        return found;
    }
}
