package dev.finspect.relay.epoll;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import org.jspecify.annotations.Nullable;

/** Which events of one leg's socket epoll reports: registered once, edge-triggered. Confined to the loop. */
final class EpollInterest {
    private static final EpollIoOps INPUT =
            EpollIoOps.valueOf(EpollBits.IN | EpollBits.RDHUP | EpollBits.PRI | EpollBits.EDGES);

    private static final EpollIoOps ALL =
            EpollIoOps.valueOf(EpollBits.IN | EpollBits.OUT | EpollBits.RDHUP | EpollBits.PRI | EpollBits.EDGES);
    /**
     * While the output is blocked: no edges for input that could not be read anyway. Without PRI as well, since the kernel
     * wakes for PRI whenever bytes come, urgent or not; once input counts again it reports urgent data that is there.
     */
    private static final EpollIoOps NO_INPUT = EpollIoOps.valueOf(EpollBits.OUT | EpollBits.RDHUP | EpollBits.EDGES);

    private @Nullable IoRegistration registration;
    /** epoll reports no input. */
    private boolean muted;
    /** epoll reports when there is room for bytes. */
    private boolean output;

    /**
     * Asks epoll for the edges of input, and of output only where it is waited for: else each state of the connection would be
     * reported in vain, since there is room then.
     *
     * @param connecting whether it is waited for from the start: room for bytes means that the socket is connected
     */
    void register(IoEventLoop loop, EpollIoHandle leg, boolean connecting) {
        IoRegistration registered = loop.register(leg).getNow();
        registration = registered;
        output = connecting;
        registered.submit(connecting ? ALL : INPUT);
    }

    /** Has epoll report when there is room for bytes: it reports at once when there is some by now. */
    void awaitOutput() {
        IoRegistration on = registration;
        if (!output && on != null) {
            output = true;
            on.submit(muted ? NO_INPUT : ALL);
        }
    }

    /** Has epoll report no input until {@link #listenAgain}. */
    void mute() {
        IoRegistration on = registration;
        if (!muted && on != null) {
            muted = true;
            output = true;
            on.submit(NO_INPUT);
        }
    }

    boolean isMuted() {
        return muted;
    }

    /** Has epoll examine the socket again: it reports at once what is there already. */
    void listenAgain() {
        muted = false;
        IoRegistration on = registration;
        if (on != null) {
            on.submit(output ? ALL : INPUT);
        }
    }

    /** Has epoll forget the socket. */
    void cancel() {
        IoRegistration on = registration;
        registration = null;
        if (on != null) {
            on.cancel();
        }
    }
}
