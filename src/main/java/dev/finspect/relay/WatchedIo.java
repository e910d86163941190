package dev.finspect.relay;

import dev.finspect.session.live.IoRound;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;

/**
 * The I/O of a loop, which reports every {@link Error} before it ends the loop: Netty lets the thread of a loop die with
 * no more than a line in the log. Counts the rounds of the loop. Confined to the loop, but for {@link #wakeup()}.
 */
public final class WatchedIo implements IoHandler {
    private final IoHandler io;
    private final LoopFailure failure;
    private final IoRound round;

    private WatchedIo(IoHandler io, LoopFailure failure, IoRound round) {
        this.io = io;
        this.failure = failure;
        this.round = round;
    }

    /** Makes what {@code factory} makes, watched, and counts the rounds of each loop in {@code rounds}. */
    public static IoHandlerFactory of(IoHandlerFactory factory, LoopFailure failure, IoRounds rounds) {
        return executor -> new WatchedIo(factory.newHandler(executor), failure, rounds.of(executor));
    }

    @Override
    public int run(IoHandlerContext context) {
        round.begin();
        try {
            return io.run(context);
        } catch (Error e) {
            failure.loopFailed(e);
            throw e;
        }
    }

    @Override
    public void initialize() {
        io.initialize();
    }

    @Override
    public void prepareToDestroy() {
        io.prepareToDestroy();
    }

    @Override
    public void destroy() {
        io.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return io.register(handle);
    }

    @Override
    public void wakeup() {
        io.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return io.isCompatible(handleType);
    }
}
