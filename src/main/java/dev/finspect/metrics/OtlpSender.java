package dev.finspect.metrics;

import io.micrometer.registry.otlp.OtlpMetricsSender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to an OTLP receiver, and says so once when that begins to fail and once when it works again. On one thread at a time. */
final class OtlpSender implements OtlpMetricsSender {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpSender.class);

    private final OtlpMetricsSender sender;
    private volatile boolean failing;

    OtlpSender(OtlpMetricsSender sender) {
        this.sender = sender;
    }

    @Override
    public void send(Request request) {
        try {
            sender.send(request);
            if (failing) {
                failing = false;
                LOG.info("OTLP: {} takes the metrics again", request.getAddress());
            }
        } catch (Exception e) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "OTLP: {} does not take the metrics: {}. They are sent again and again; nothing is lost but points in"
                                + " between.",
                        request.getAddress(),
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
