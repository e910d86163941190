package dev.finspect.relay;

/** Enlarges the pipes through which bulk is spliced (F_SETPIPE_SZ, fcntl(2)); a smaller or refused pipe does too. */
public interface PipeSizer {
    /** Leaves every pipe as the kernel made it. */
    PipeSizer NONE = descriptor -> true;

    /**
     * Enlarges the pipe of this descriptor as far as the kernel lets it. Called on an event loop; must not throw.
     *
     * @return whether the pipe has its size for good; false while the kernel could not be asked yet
     */
    boolean enlarge(int descriptor);
}
