package dev.finspect.kernel.sockets;

import dev.finspect.kernel.Reading;
import dev.finspect.record.Tracking;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import java.io.IOException;

/** Whether this network namespace's connection tracking can be asked about connections. */
public final class ConntrackReach {
    /** An address for examples (RFC 5737), which no connection has. */
    private static final FourTuple NOBODY = new FourTuple(IpAddress.v4(0xc0000201), 1, IpAddress.v4(0xc0000202), 1);

    private ConntrackReach() {}

    /** Asks about a connection that does not exist: the table where it replies, otherwise the reason. */
    public static Reading<Tracking.Table> read() {
        Tracking.Table table = ConntrackSettings.read(ConntrackSettings.FOLDER);
        if (!table.entries().isKnown()) {
            return new Reading.Unavailable<>(ConntrackLookup.NOT_LOADED);
        }
        try (ConntrackTable open = ConntrackTable.open()) {
            open.find(NOBODY);
            return new Reading.Value<>(table);
        } catch (IOException e) {
            return new Reading.Unavailable<>(NetlinkSocket.firstLine(e));
        }
    }
}
