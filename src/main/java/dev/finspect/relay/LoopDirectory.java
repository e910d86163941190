package dev.finspect.relay;

import dev.finspect.session.PeerProbe;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sessions of all loops, asked on the loops. Any thread. */
final class LoopDirectory implements SessionDirectory {
    /** Within this time the kernel lists the sockets of this host, and each loop has examined them. */
    private static final long ANSWERS_WITHIN_MILLIS = 700;

    private final RelayCore core;
    private final List<LoopSessions> loops;

    LoopDirectory(RelayCore core, List<LoopSessions> loops) {
        this.core = core;
        this.loops = loops;
    }

    @Override
    public CompletableFuture<List<SessionRecord>> living(int limit, @Nullable String route) {
        return all(loop -> loop.records(limit, route))
                .thenApply(lists ->
                        lists.stream().flatMap(List::stream).limit(limit).toList());
    }

    @Override
    public CompletableFuture<Optional<SessionRecord>> find(String id) {
        return all(loop -> loop.find(id))
                .thenApply(found -> found.stream().flatMap(Optional::stream).findFirst());
    }

    @Override
    public CompletableFuture<Void> askPeers(@Nullable String id) {
        return all(loop -> loop.askPeers(id)).thenCompose(asked -> asked.contains(true) ? answersIn() : nothing());
    }

    private static CompletableFuture<Void> answersIn() {
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(ANSWERS_WITHIN_MILLIS, TimeUnit.MILLISECONDS));
    }

    private static CompletableFuture<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<List<SessionRecord>> hung(int limit) {
        return all(loop -> loop.hung(limit))
                .thenApply(lists ->
                        lists.stream().flatMap(List::stream).limit(limit).toList());
    }

    @Override
    public CompletableFuture<Optional<List<PeerProbe>>> probe(String id) {
        return all(loop -> loop.session(id).map(RelaySession::probe))
                .thenCompose(found -> found.stream()
                        .flatMap(Optional::stream)
                        .findFirst()
                        .map(probes -> probes.thenApply(Optional::of))
                        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty())));
    }

    @Override
    public long livingCount() {
        return core.livingCount();
    }

    private <T> CompletableFuture<List<T>> all(Function<LoopSessions, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (LoopSessions loop : loops) {
            try {
                answers.add(CompletableFuture.supplyAsync(() -> question.apply(loop), loop.eventLoop()));
            } catch (RejectedExecutionException e) {
                // The relay has stopped: no session lives on this loop.
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }
}
