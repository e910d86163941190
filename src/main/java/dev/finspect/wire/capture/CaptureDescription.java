package dev.finspect.wire.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a capture file contains besides frames, as far as it has been read. */
final class CaptureDescription {
    final List<CaptureInterface> interfaces = new ArrayList<>();
    final Map<Integer, InterfaceStatistics> statistics = new TreeMap<>();
    CaptureSection section = CaptureSection.ANONYMOUS;
    long untimedFrames;
}
