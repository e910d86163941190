package dev.finspect.wire.capture;

import org.jspecify.annotations.Nullable;

/** What a section of a pcapng file says about the program and the machine that wrote it. */
public record CaptureSection(
        @Nullable String hardware,
        @Nullable String operatingSystem,
        @Nullable String application,
        @Nullable String comment) {
    /** A section without that information. */
    public static final CaptureSection ANONYMOUS = new CaptureSection(null, null, null, null);
}
