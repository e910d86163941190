package dev.finspect.relay.epoll;

import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.relay.header.ProxyHeaderCodec;
import dev.finspect.relay.header.ProxyHeaderIntake;
import java.io.IOException;

/**
 * Reads the PROXY header of a client's leg and nothing beyond it; the events meanwhile apply to the bytes behind it.
 * Confined to the loop.
 */
final class EpollHeaderReader implements EpollPhase {
    private final EpollLeg leg;
    private final ProxyHeaderIntake intake = new ProxyHeaderIntake();
    private int bitsSoFar;

    EpollHeaderReader(EpollLeg leg) {
        this.leg = leg;
    }

    @Override
    public void happened(int bits) {
        bitsSoFar |= bits;
        try {
            for (int wanted = intake.wanted(); wanted > 0; wanted = intake.wanted()) {
                int read = leg.socket.recvAddress(leg.loop.scratchAddress, 0, wanted);
                if (read == 0) {
                    failedIfSo(bits);
                    return;
                }
                if (read < 0) {
                    leg.session.finArrived(leg.leg, System.nanoTime());
                    leg.session.headerRefused(ProxyReason.PROXY_HEADER_MISSING);
                    return;
                }
                intake.take(leg.loop.scratch, read);
            }
        } catch (IOException e) {
            leg.fail(NettyErrno.of(e));
            leg.session.headerRefused(ProxyReason.PROXY_HEADER_MISSING);
            return;
        }
        ProxyHeader header = intake.broken() ? null : ProxyHeaderCodec.decode(intake.header());
        if (header == null) {
            leg.session.headerRefused(ProxyReason.PROXY_HEADER_INVALID);
            return;
        }
        leg.flows();
        leg.session.headerRead(header);
        leg.ready(bitsSoFar | EpollBits.IN);
    }

    /** No more is there to be read: the connection may be over. */
    private void failedIfSo(int bits) {
        if (EpollBits.any(bits, EpollBits.ERR)) {
            leg.errorSeen();
            leg.session.headerRefused(ProxyReason.PROXY_HEADER_MISSING);
        }
    }
}
