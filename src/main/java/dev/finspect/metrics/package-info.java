/** Adapter that updates Micrometer meters from session events and exposes them to Prometheus and OTLP. */
@NullMarked
package dev.finspect.metrics;

import org.jspecify.annotations.NullMarked;
