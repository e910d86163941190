package dev.finspect.admin;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Explanations of several sessions, each made when the client has taken the one before. */
final class ExplainedList implements ChunkSource {
    private static final byte[] NOTHING = {};

    private final Parts parts;
    private final Iterator<String> ids;
    private final Function<String, CompletableFuture<Optional<byte[]>>> explain;
    private boolean begun;
    private boolean another;

    /**
     * What stands around the explanations.
     *
     * @param begin before the first
     * @param between two of them
     * @param end after the last
     */
    record Parts(String begin, String between, String end) {}

    /** {@code explain} makes the text of one session; empty if it has ended and is no longer kept. */
    ExplainedList(Parts parts, List<String> ids, Function<String, CompletableFuture<Optional<byte[]>>> explain) {
        this.parts = parts;
        this.ids = ids.iterator();
        this.explain = explain;
    }

    @Override
    public CompletableFuture<Chunk> next() {
        if (!begun) {
            begun = true;
            return CompletableFuture.completedFuture(new Chunk(bytes(parts.begin()), false));
        }
        if (!ids.hasNext()) {
            return CompletableFuture.completedFuture(new Chunk(bytes(parts.end()), true));
        }
        return explain.apply(ids.next())
                .thenApply(made -> new Chunk(made.map(this::placed).orElse(NOTHING), false));
    }

    private byte[] placed(byte[] explanation) {
        byte[] before = another ? bytes(parts.between()) : NOTHING;
        another = true;
        byte[] all = new byte[before.length + explanation.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(explanation, 0, all, before.length, explanation.length);
        return all;
    }

    @Override
    public void close() {
        // It holds nothing but what is collected with it.
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
