package dev.finspect.metrics;

/** The type of a meter. */
enum MeterType {
    /** A value that only increases; its name ends in {@code _total}. */
    COUNTER("counter"),
    /** A current value. */
    GAUGE("gauge"),
    /** Durations counted in buckets; exposed as {@code _bucket}, {@code _count} and {@code _sum}. */
    HISTOGRAM("histogram");

    private final String label;

    MeterType(String label) {
        this.label = label;
    }

    /** The name of the type in the exposition formats. */
    String label() {
        return label;
    }
}
