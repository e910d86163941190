package dev.finspect.bench.load;

/**
 * One order to the load process, a line of text on its standard input.
 *
 * @param kind what to do
 * @param port the port on 127.0.0.1 to connect to
 * @param clients how many streams, clients or connections
 * @param millis how long, for the kinds that run for a time
 */
public record LoadOrder(LoadKind kind, int port, int clients, long millis) {
    private static final int WORDS = 4;

    /** The order as one line, without its end. */
    public String toLine() {
        return kind + " " + port + " " + clients + " " + millis;
    }

    /** The order that {@link #toLine()} wrote. */
    public static LoadOrder parse(String line) {
        String[] words = line.split(" ", WORDS);
        return new LoadOrder(
                LoadKind.valueOf(words[0]),
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Long.parseLong(words[3]));
    }
}
