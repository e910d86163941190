package dev.finspect.wire.capture;

import org.jspecify.annotations.Nullable;

/** The frames of a capture file in one format. */
interface CaptureFormat {
    /** Reads the next frame; returns null if there is one, otherwise why there is none. */
    @Nullable
    CaptureEnd next();
}
