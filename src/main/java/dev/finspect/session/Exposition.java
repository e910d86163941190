package dev.finspect.session;

/** Where the admin server asks for the metrics page. Any thread but an event loop of the relay. */
public interface Exposition {
    /**
     * Renders every meter.
     *
     * @param accept the request's Accept header, empty for none; OpenMetrics only where it is asked for
     */
    Page render(String accept);

    /** A text body and its {@code Content-Type}. */
    record Page(String contentType, String body) {}
}
