package dev.finspect.session.kept;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.record.LegWire;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.capture.ByteSink;
import dev.finspect.wire.capture.CaptureInterface;
import dev.finspect.wire.capture.CaptureSection;
import dev.finspect.wire.capture.InterfaceStatistics;
import dev.finspect.wire.capture.PcapNgWriter;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes the kept headers of a session as a pcapng file: each leg an interface, the packets of both in order of time. */
public final class CaptureExport {
    private final String application;

    /** Files made by {@code application}, a name and a version. */
    public CaptureExport(String application) {
        this.application = application;
    }

    /**
     * The file; empty when nothing is kept.
     *
     * @param record the session's record, for the comment; null when it is not known
     */
    public Optional<byte[]> pcapng(List<KeptCapture> legs, @Nullable SessionRecord record) {
        return pcapng(legs, record, comment -> comment);
    }

    /** The same with another comment in the place of that of the record. */
    public Optional<byte[]> pcapng(
            List<KeptCapture> legs, @Nullable SessionRecord record, UnaryOperator<String> otherComment) {
        if (legs.isEmpty()) {
            return Optional.empty();
        }
        Bytes file = new Bytes();
        PcapNgWriter writer = PcapNgWriter.begin(
                file, new CaptureSection(null, null, application, otherComment.apply(comment(legs, record))));
        List<Placed> placed = new ArrayList<>();
        for (KeptCapture kept : legs) {
            int interfaceId = writer.addInterface(
                    new CaptureInterface(LinkType.RAW, 0, kept.leg().label(), between(kept.leg(), record), null));
            kept.segments().forEach(segment -> placed.add(new Placed(segment, interfaceId)));
        }
        placed.sort(Comparator.comparingLong(each -> each.segment().atNanos()));
        Frame frame = new Frame();
        for (Placed each : placed) {
            KeptSegment segment = each.segment();
            frame.set(
                    LinkType.RAW,
                    segment.atNanos(),
                    each.interfaceId(),
                    segment.direction(),
                    ByteBuffer.wrap(segment.headers()),
                    segment.ipBytes());
            writer.frame(frame);
        }
        for (int i = 0; i < legs.size(); i++) {
            writer.statistics(counted(legs.get(i), i));
        }
        return Optional.of(file.taken());
    }

    /** From whom to whom the connection of a leg goes. */
    private static String between(Leg leg, @Nullable SessionRecord record) {
        LegWire wire = record == null ? null : record.leg(leg).wire();
        if (record == null || wire == null || !wire.mode().passive()) {
            return leg == Leg.CLIENT ? "client to finspect" : "finspect to upstream";
        }
        if (record.single()) {
            return "originator to responder";
        }
        return leg == Leg.CLIENT ? "client to its proxy" : "proxy to upstream";
    }

    /** What the capture saw of a leg, and what it lost while the leg lived. */
    private static InterfaceStatistics counted(KeptCapture leg, int interfaceId) {
        List<KeptSegment> segments = leg.segments();
        return new InterfaceStatistics(
                interfaceId,
                segments.get(segments.size() - 1).atNanos(),
                InterfaceStatistics.ABSENT,
                InterfaceStatistics.ABSENT,
                segments.size() + leg.omitted(),
                leg.dropped());
    }

    private static String comment(List<KeptCapture> legs, @Nullable SessionRecord record) {
        StringBuilder text = new StringBuilder();
        if (record != null) {
            text.append("session ").append(record.identity().id());
            text.append(", route ").append(record.identity().route());
            if (record.outcome() != null) {
                text.append(", outcome ").append(record.outcome().label());
            }
            if (record.errorType() != null) {
                text.append(", error ").append(record.errorType());
            }
            if (!record.close().order().isEmpty()) {
                text.append(", closed by ").append(record.close().orderText().replace(",", ", "));
            }
            text.append("; ");
            found(text, record);
        }
        text.append("headers only, no payload");
        for (KeptCapture leg : legs) {
            if (leg.omitted() > 0) {
                text.append("; ")
                        .append(HumanUnits.count(leg.omitted(), "segment"))
                        .append(" of the ")
                        .append(leg.leg().label())
                        .append(leg.omitted() == 1 ? " leg was seen and not kept" : " leg were seen and not kept");
            }
        }
        return text.toString();
    }

    /** Each finding's id, whom it blames, and its sentence. */
    private static void found(StringBuilder text, SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        if (diagnosed == null) {
            return;
        }
        for (SessionFinding each : diagnosed.findings()) {
            Finding finding = each.finding();
            text.append(finding.id().label())
                    .append(" (blame: ")
                    .append(finding.blame().label())
                    .append("): ")
                    .append(Catalogue.kindOf(finding).sentence(finding, record.parties()))
                    .append(' ');
        }
    }

    private record Placed(KeptSegment segment, int interfaceId) {}

    /** A file in memory. */
    private static final class Bytes implements ByteSink {
        private byte[] bytes = {};
        private int length;

        @Override
        public void write(ByteBuffer block) {
            int more = block.remaining();
            if (more > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
            block.get(bytes, length, more);
            length += more;
        }

        byte[] taken() {
            return Arrays.copyOf(bytes, length);
        }
    }
}
