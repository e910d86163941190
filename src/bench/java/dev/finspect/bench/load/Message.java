package dev.finspect.bench.load;

/** The request and the answer of the small-message loads: the echo sends back what it got. */
final class Message {
    static final int BYTES = 100;

    private Message() {}

    static byte[] text() {
        return "x".repeat(BYTES).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
