package dev.finspect.bench.load;

/**
 * One order to the load process, a line of text on its standard input.
 *
 * @param kind what to do
 * @param host the address to connect to
 * @param port and its port
 * @param clients how many streams, clients or connections
 * @param millis how long, for the kinds that run for a time
 */
public record LoadOrder(LoadKind kind, String host, int port, int clients, long millis) {
    private static final int WORDS = 5;

    /** The order as one line, without its end. */
    public String toLine() {
        return kind + " " + host + " " + port + " " + clients + " " + millis;
    }

    /** The order that {@link #toLine()} wrote. */
    public static LoadOrder parse(String line) {
        String[] words = line.split(" ", WORDS);
        return new LoadOrder(
                LoadKind.valueOf(words[0]),
                words[1],
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Long.parseLong(words[4]));
    }
}
