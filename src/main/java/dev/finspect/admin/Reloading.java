package dev.finspect.admin;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Reads the configuration again while finspect runs. Any thread. */
public interface Reloading {
    /** How a reload ended. */
    enum Result {
        /** The configuration is in force. */
        APPLIED,
        /** It says what the one in force says, or there is no file. */
        UNCHANGED,
        /** It cannot be read or has errors; the one before stays in force. */
        INVALID,
        /** It is valid, and cannot be put in force while finspect runs; the one before stays in force as a whole. */
        REFUSED;

        /** The word for the API and for meters. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether what the file says is in force. */
        public boolean succeeded() {
            return this == APPLIED || this == UNCHANGED;
        }
    }

    /**
     * The end of a reload.
     *
     * @param messages what changed, or every reason why nothing has, each in whole sentences
     */
    record Outcome(Result result, List<String> messages) {
        /** Takes a copy. */
        public Outcome {
            messages = List.copyOf(messages);
        }
    }

    /** Reads it, checks it, and puts it in force. Of several calls one is worked on after the other. */
    CompletableFuture<Outcome> reload();
}
