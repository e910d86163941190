package dev.finspect.bench.load;

/**
 * One order to the load process, a line of text on its standard input.
 *
 * @param kind what to do
 * @param host the address to connect to
 * @param port and its port
 * @param clients how many streams, clients or connections
 * @param millis how long, for the kinds that run for a time; longest, where there is a count
 * @param count how many requests in all, for the kinds that send some; 0 for as many as the time allows
 */
public record LoadOrder(LoadKind kind, String host, int port, int clients, long millis, long count) {
    private static final int WORDS = 6;

    /** For a time. */
    public LoadOrder(LoadKind kind, String host, int port, int clients, long millis) {
        this(kind, host, port, clients, millis, 0);
    }

    /** The order as one line, without its end. */
    public String toLine() {
        return kind + " " + host + " " + port + " " + clients + " " + millis + " " + count;
    }

    /** The order that {@link #toLine()} wrote. */
    public static LoadOrder parse(String line) {
        String[] words = line.split(" ", WORDS);
        return new LoadOrder(
                LoadKind.valueOf(words[0]),
                words[1],
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]));
    }
}
