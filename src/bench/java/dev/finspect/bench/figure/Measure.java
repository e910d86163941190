package dev.finspect.bench.figure;

/** One number of a figure: its unit, the decimals worth showing, and whether more or less of it is better. */
public enum Measure {
    GBIT_PER_SECOND("Gbit/s", 1, true),
    CPU_SECONDS_PER_GB("CPU s/GB", 3, false),
    REQUESTS_PER_SECOND("requests/s", 0, true),
    CPU_SECONDS_PER_100K_REQUESTS("CPU s/100k", 2, false),
    CONNECTIONS_PER_SECOND("conn/s", 0, true),
    CPU_SECONDS_PER_10K_CONNECTIONS("CPU s/10k", 2, false),
    P50_MICROS("p50 us", 0, false),
    P99_MICROS("p99 us", 0, false),
    LISTENS_AFTER_MILLIS("listens after ms", 0, false),
    FIRST_CPU_SECONDS_PER_10K_CONNECTIONS("first CPU s/10k", 2, false),
    WARMED_CPU_SECONDS_PER_10K_CONNECTIONS("warmed CPU s/10k", 2, false),
    FIRST_TO_WARMED("first / warmed", 2, false),
    ANONYMOUS_MB("RssAnon MB", 1, false),
    KB_PER_SESSION("KB/session", 1, false),
    BASE_MB("base MB", 1, false);

    private final String unit;
    private final int decimals;
    private final boolean moreIsBetter;

    Measure(String unit, int decimals, boolean moreIsBetter) {
        this.unit = unit;
        this.decimals = decimals;
        this.moreIsBetter = moreIsBetter;
    }

    /** How it is headed in a table. */
    public String unit() {
        return unit;
    }

    /** Digits after the point. */
    public int decimals() {
        return decimals;
    }

    /** Whether a ratio above 1 is in the first one's favour. */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }
}
