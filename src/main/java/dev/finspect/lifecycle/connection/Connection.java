package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.TcpSegment;
import java.util.List;

/**
 * Follows one connection, segment by segment. Stands alone where the caller knows which connection a segment belongs to (the
 * legs of a live session); {@link Connections} keeps many of them. One thread at a time.
 */
public final class Connection {
    private final FourTuple tuple;

    /**
     * A connection whose originator the caller knows.
     *
     * @param tuple from the originator to the responder; only shown, segments are told apart by their sender
     */
    public Connection(FourTuple tuple) {
        this.tuple = tuple;
    }

    /** Takes the next segment, in capture order; any segment will do. */
    public void segment(End sender, TcpSegment segment) {}

    /** Takes an ICMP error that quotes a segment of {@code against}. */
    public void icmpError(End against, IcmpError error) {}

    /** Whether both FINs were acknowledged or an RST was taken: nothing but stray segments will follow. */
    public boolean over() {
        return tuple.sourcePort() < 0;
    }

    /** What is known now; {@link Ending#LIVING} for a look in between. */
    public ConnectionFacts facts(Ending ending) {
        StreamFacts stream = new StreamFacts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null, 0, 0, 0, 0, 0);
        WindowFacts window = new WindowFacts(null, null, null, null, 0, 0, 0, null);
        EndpointFacts end = new EndpointFacts(null, List.of(), stream, window, null, null, 0);
        return new ConnectionFacts(
                0,
                0,
                tuple,
                Orientation.GIVEN,
                false,
                0,
                0,
                ending,
                null,
                new HandshakeFacts(null, null, null, false, null),
                end,
                end,
                new CloseFacts(List.of(), 0, false, CloseFacts.TimeWaitHolder.NONE, 0),
                new ZeekFacts(tuple, "OTH", "", null, null, null, 0, 0, 0, 0, 0),
                0,
                false,
                IcmpFacts.NONE,
                0);
    }
}
