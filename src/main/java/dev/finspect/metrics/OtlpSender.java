package dev.finspect.metrics;

import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to an OTLP receiver, and says so once when that begins to fail and once when it works again. On one thread at a time. */
final class OtlpSender implements OtlpMetricsSender {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpSender.class);

    private final OtlpMetricsSender sender;
    private final String shown;
    private volatile boolean failing;

    /** Sends by {@code sender} to a receiver that is told of without what may be secret in its URL: user and query. */
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
                LOG.info("OTLP: {} takes the metrics again", shown);
            }
        } catch (Exception e) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "OTLP: {} does not take the metrics: {}. They are sent again and again; nothing is lost but points in"
                                + " between.",
                        shown,
                        reason(e));
            }
        }
    }

    /** What is at the bottom of it, without the names of classes around it. */
    private static String reason(Throwable error) {
        Throwable cause = error.getCause();
        if (cause != null) {
            return reason(cause);
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
