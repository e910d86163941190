package dev.finspect.kernel.sockets;

import dev.finspect.record.PeerSocket;
import dev.finspect.session.PeerSockets;
import dev.finspect.tcp.EpochNanos;
import dev.finspect.tcp.FourTuple;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks peers' sockets up on a thread of its own, which lives while there is something to look up. At most
 * {@value #MOST_WAITING} questions wait; one about a pair of addresses that was answered within the last quarter of a second
 * has the same answer.
 */
public final class SocketWatch implements PeerSockets, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketWatch.class);
    private static final int MOST_WAITING = 256;
    private static final int MOST_REMEMBERED = 1024;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long TRY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final OwnAddresses own = new OwnAddresses(System.nanoTime());
    private final AtomicLong refused = new AtomicLong();
    private final ThreadPoolExecutor worker;
    private final Opener opener;

    // Of the worker's thread alone.
    private final Map<FourTuple, PeerSocket> remembered = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FourTuple, PeerSocket> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };
    private @Nullable PeerLookUp lookUp;
    private String unavailable = "";
    private long tryAgainAtNanos;

    /** Of this machine. */
    public SocketWatch() {
        this(() -> new PeerLookUp(SocketTable.open(), new Programs()));
    }

    SocketWatch(Opener opener) {
        this.opener = opener;
        worker = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
            Thread thread = new Thread(task, "finspect-sockets");
            thread.setDaemon(true);
            return thread;
        });
        worker.allowCoreThreadTimeOut(true);
        refresh(System.nanoTime());
    }

    @Override
    public boolean ask(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
        refresh(System.nanoTime());
        if (peer.isUnresolved() || local.isUnresolved() || !own.has(peer.getAddress())) {
            return false;
        }
        FourTuple tuple = FourTuple.of(peer, local);
        if (tuple.source().v6() != tuple.destination().v6()) {
            return false;
        }
        return taken(() -> answer.accept(find(tuple)));
    }

    /** Questions that were not taken because too many waited. */
    public long refused() {
        return refused.get();
    }

    /** Questions that come after it are not taken. */
    @Override
    public void close() {
        boolean last = taken(this::closeTable);
        worker.shutdown();
        if (!last) {
            LOG.debug("the socket table stays open until the process ends");
        }
    }

    private void refresh(long nowNanos) {
        if (own.due(nowNanos)) {
            taken(own::read);
        }
    }

    private boolean taken(Runnable task) {
        try {
            worker.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("a question about a peer's socket failed", e);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            refused.incrementAndGet();
            return false;
        }
    }

    private PeerSocket find(FourTuple tuple) {
        long epochNanos = EpochNanos.of(Instant.now());
        PeerSocket before = remembered.get(tuple);
        if (before != null && epochNanos >= before.atEpochNanos() && epochNanos - before.atEpochNanos() < FRESH_NANOS) {
            return before;
        }
        PeerSocket found = look(tuple, epochNanos, System.nanoTime());
        remembered.put(tuple, found);
        return found;
    }

    private PeerSocket look(FourTuple tuple, long epochNanos, long nowNanos) {
        PeerLookUp opened = opened(nowNanos);
        if (opened == null) {
            return PeerLookUp.unseen(epochNanos, null, unavailable);
        }
        try {
            return opened.find(tuple, epochNanos, nowNanos);
        } catch (IOException e) {
            // A late answer would be taken for the next question's.
            closeTable();
            return PeerLookUp.unseen(epochNanos, null, SocketTable.firstLine(e));
        }
    }

    private @Nullable PeerLookUp opened(long nowNanos) {
        if (lookUp == null && (unavailable.isEmpty() || nowNanos - tryAgainAtNanos >= 0)) {
            try {
                lookUp = opener.open();
                unavailable = "";
            } catch (IOException e) {
                unavailable = SocketTable.firstLine(e);
                tryAgainAtNanos = nowNanos + TRY_AGAIN_NANOS;
                LOG.info("The sockets of peers on this host cannot be seen: {}", unavailable);
            }
        }
        return lookUp;
    }

    private void closeTable() {
        PeerLookUp opened = lookUp;
        lookUp = null;
        if (opened != null) {
            opened.close();
        }
    }

    /** Opens the table. */
    @FunctionalInterface
    interface Opener {
        PeerLookUp open() throws IOException;
    }
}
