package dev.finspect.wire.capture;

import org.jspecify.annotations.Nullable;

/** Who made a section of a pcapng file, and on what. */
public record CaptureSection(
        @Nullable String hardware,
        @Nullable String operatingSystem,
        @Nullable String application,
        @Nullable String comment) {
    /** One that says nothing. */
    public static final CaptureSection ANONYMOUS = new CaptureSection(null, null, null, null);
}
