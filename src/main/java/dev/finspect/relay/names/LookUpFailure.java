package dev.finspect.relay.names;

import dev.finspect.record.Lookup;
import java.io.Serial;
import java.net.UnknownHostException;

/** A look-up ended without an address: its message says why, in words for the record. */
final class LookUpFailure extends UnknownHostException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Lookup.Result result;

    LookUpFailure(Lookup.Result result, String message) {
        super(message);
        this.result = result;
    }

    /** Whether there was an answer. */
    Lookup.Result result() {
        return result;
    }

    /** What a failure came to. */
    static Lookup.Result result(Throwable failure) {
        return FailureText.cause(failure) instanceof LookUpFailure known ? known.result : Lookup.Result.NO_ADDRESS;
    }
}
