package dev.finspect.metrics;

/** What a meter does with its value. */
enum Kind {
    /** Only grows; its name ends in {@code _total}. */
    COUNTER("counter"),
    /** A value of this moment. */
    GAUGE("gauge"),
    /** Durations counted in buckets; exposed as {@code _bucket}, {@code _count} and {@code _sum}. */
    HISTOGRAM("histogram");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    /** The word of the exposition formats. */
    String label() {
        return label;
    }
}
