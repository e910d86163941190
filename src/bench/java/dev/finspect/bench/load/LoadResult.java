package dev.finspect.bench.load;

import java.io.IOException;

/**
 * What one order achieved, a line of text on the load process's standard output.
 *
 * @param count bytes, requests or connections, by the kind of the order
 * @param nanos monotonic time from the first connect to the last answer
 * @param p50Nanos median time of one answer; 0 where nothing is answered
 * @param p99Nanos 99th percentile of the time of one answer; 0 where nothing is answered
 */
public record LoadResult(long count, long nanos, long p50Nanos, long p99Nanos) {
    private static final String OK = "ok";
    private static final String FAILED = "failed ";
    private static final int WORDS = 5;

    /** The result as one line, without its end. */
    public String toLine() {
        return OK + " " + count + " " + nanos + " " + p50Nanos + " " + p99Nanos;
    }

    /** The line that says why an order could not be carried out. */
    static String failureLine(Exception cause) {
        return FAILED + cause.toString().replace('\n', ' ');
    }

    /**
     * The result that {@link #toLine()} wrote.
     *
     * @throws IOException with the load process's reason, if it failed
     */
    public static LoadResult parse(String line) throws IOException {
        String[] words = line.split(" ", WORDS);
        if (!words[0].equals(OK)) {
            throw new IOException("load " + line);
        }
        return new LoadResult(
                Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]));
    }

    /** How many connections the order opened. */
    long sessions(LoadOrder order) {
        return switch (order.kind()) {
            case BULK, KEEP_ALIVE, IDLE -> order.clients();
            case CHURN -> count;
            case RELEASE -> 0;
        };
    }

    /** How many a second. */
    public double perSecond() {
        return count * 1e9 / nanos;
    }
}
