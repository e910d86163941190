package dev.finspect.wire.capture;

import org.jspecify.annotations.Nullable;

/** A file format behind its first bytes. */
public interface Format {
    /** Goes on to the next frame and fills it in; null when there is one, the end otherwise. */
    @Nullable
    CaptureEnd next();
}
