package dev.finspect.metrics;

import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to an OTLP receiver; logs once when sending starts to fail and once when it works again. One thread at a time. */
final class OtlpSender implements OtlpMetricsSender {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpSender.class);

    private final OtlpMetricsSender sender;
    private final String shown;
    private volatile boolean failing;

    /** Sends through {@code sender}. Log messages show the receiver without user and query, which may contain secrets. */
    OtlpSender(OtlpMetricsSender sender, URI receiver) {
        this.sender = sender;
        int port = receiver.getPort();
        this.shown = receiver.getScheme() + "://" + receiver.getHost() + (port < 0 ? "" : ":" + port)
                + receiver.getRawPath();
    }

    @Override
    public void send(Request request) {
        try {
            sender.send(request);
            if (failing) {
                failing = false;
                LOG.info("OTLP: {} accepts the metrics again", shown);
            }
        } catch (Exception e) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "OTLP: {} does not accept the metrics: {}. finspect keeps sending; only data points in between are"
                                + " lost",
                        shown,
                        reason(e));
            }
        }
    }

    /** The message of the innermost cause. */
    private static String reason(Throwable error) {
        Throwable cause = error.getCause();
        if (cause != null) {
            return reason(cause);
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
