package dev.finspect.kernel.sockets;

import dev.finspect.record.PeerSocket;
import dev.finspect.record.Tracking;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.tcp.EpochNanos;
import dev.finspect.tcp.FourTuple;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up peers' sockets and tracked connections through netlink, on a thread of its own that exists while there are requests. At most
 * {@value #MOST_WAITING} requests wait. A result is reused for a quarter of a second.
 */
public final class NetlinkPeerSockets implements PeerSockets, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetlinkPeerSockets.class);
    private static final int MOST_WAITING = 8_192;
    private static final int MOST_CACHED = 1024;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final InterfaceAddresses own = new InterfaceAddresses(System.nanoTime());
    private final AtomicLong refused = new AtomicLong();
    private final ThreadPoolExecutor worker;
    private final Opener opener;
    private final ConntrackLookup conntrack = new ConntrackLookup();

    // Used by the worker thread only.
    private final Map<FourTuple, PeerSocket> cached = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FourTuple, PeerSocket> eldest) {
            return size() > MOST_CACHED;
        }
    };
    private @Nullable PeerSocketLookup lookUp;
    private String unavailable = "";
    private long retryAtNanos;

    /** Uses the socket table of this machine. */
    public NetlinkPeerSockets() {
        this(() -> new PeerSocketLookup(SocketTable.open(), new SocketOwners()));
    }

    NetlinkPeerSockets(Opener opener) {
        this.opener = opener;
        worker = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
            Thread thread = new Thread(() -> work(task), "finspect-sockets");
            thread.setDaemon(true);
            return thread;
        });
        worker.allowCoreThreadTimeOut(true);
        refresh(System.nanoTime());
    }

    @Override
    public boolean ask(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
        return ask(peer, local, true, answer);
    }

    @Override
    public boolean glance(InetSocketAddress peer, InetSocketAddress local, Consumer<PeerSocket> answer) {
        return ask(peer, local, false, answer);
    }

    private boolean ask(
            InetSocketAddress peer, InetSocketAddress local, boolean withProgram, Consumer<PeerSocket> answer) {
        refresh(System.nanoTime());
        if (peer.isUnresolved() || local.isUnresolved() || !own.has(peer.getAddress())) {
            return false;
        }
        FourTuple tuple = FourTuple.of(peer, local);
        if (tuple.source().v6() != tuple.destination().v6()) {
            return false;
        }
        return submit(() -> answer.accept(find(tuple, withProgram)));
    }

    @Override
    public boolean track(InetSocketAddress peer, InetSocketAddress local, Consumer<Tracking> answer) {
        if (peer.isUnresolved() || local.isUnresolved()) {
            return false;
        }
        FourTuple tuple = FourTuple.of(local, peer);
        return tuple.source().v6() == tuple.destination().v6()
                && submit(() -> answer.accept(conntrack.find(tuple, EpochNanos.of(Instant.now()), System.nanoTime())));
    }

    /** Requests that were rejected because too many were waiting. */
    public long refused() {
        return refused.get();
    }

    /** Later requests are rejected. */
    @Override
    public void close() {
        boolean last = submit(() -> {
            closeTable();
            conntrack.close();
        });
        worker.shutdown();
        if (!last) {
            LOG.debug("The socket table stays open until the process ends.");
        }
    }

    /** Runs requests until there are none for a while. What the last ones have read is of no use after that. */
    private void work(Runnable requests) {
        try {
            requests.run();
        } finally {
            conntrack.rest(System.nanoTime());
        }
    }

    private void refresh(long nowNanos) {
        if (own.due(nowNanos)) {
            submit(own::refresh);
        }
    }

    private boolean submit(Runnable task) {
        try {
            worker.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("Looking up a peer's socket failed.", e);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            refused.incrementAndGet();
            return false;
        }
    }

    private PeerSocket find(FourTuple tuple, boolean withProgram) {
        long epochNanos = EpochNanos.of(Instant.now());
        PeerSocket before = cached.get(tuple);
        if (before != null && epochNanos >= before.atEpochNanos() && epochNanos - before.atEpochNanos() < FRESH_NANOS) {
            return before;
        }
        PeerSocket found = look(tuple, withProgram, epochNanos, System.nanoTime());
        if (withProgram) {
            cached.put(tuple, found);
        }
        return found;
    }

    private PeerSocket look(FourTuple tuple, boolean withProgram, long epochNanos, long nowNanos) {
        PeerSocketLookup opened = opened(nowNanos);
        if (opened == null) {
            return PeerSocketLookup.unseen(epochNanos, null, unavailable);
        }
        try {
            return opened.find(tuple, withProgram, epochNanos, nowNanos);
        } catch (IOException e) {
            // A late reply would be mistaken for that of the next request.
            closeTable();
            return PeerSocketLookup.unseen(epochNanos, null, NetlinkSocket.firstLine(e));
        }
    }

    private @Nullable PeerSocketLookup opened(long nowNanos) {
        if (lookUp == null && (unavailable.isEmpty() || nowNanos - retryAtNanos >= 0)) {
            try {
                lookUp = opener.open();
                unavailable = "";
            } catch (IOException e) {
                unavailable = NetlinkSocket.firstLine(e);
                retryAtNanos = nowNanos + RETRY_NANOS;
                LOG.info("The sockets of peers on this host cannot be looked up: {}", unavailable);
            }
        }
        return lookUp;
    }

    private void closeTable() {
        PeerSocketLookup opened = lookUp;
        lookUp = null;
        if (opened != null) {
            opened.close();
        }
    }

    /** Opens the socket table. */
    @FunctionalInterface
    interface Opener {
        PeerSocketLookup open() throws IOException;
    }
}
