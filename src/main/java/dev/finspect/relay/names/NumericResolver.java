package dev.finspect.relay.names;

import dev.finspect.record.Lookup;
import dev.finspect.record.NameSource;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resolves addresses that are given as numbers, and no names. */
public final class NumericResolver implements UpstreamResolver {
    @Override
    public UnderWay resolve(String host, Duration oldest, EventLoop loop, Callback answer) {
        InetAddress address = parse(host);
        NamedUpstreams.on(loop, () -> {
            if (address == null) {
                answer.unresolved(
                        Lookup.Result.NO_ADDRESS, host + " is not an address, and names are not looked up here");
            } else {
                answer.resolved(Resolved.by(NameSource.SYSTEM, List.of(address)));
            }
        });
        return UnderWay.UNSEEN;
    }

    @Override
    public void close() {}

    /** The address that {@code host} writes as a number; null for a name. Looks nothing up. */
    public static @Nullable InetAddress parse(String host) {
        return NetUtil.createInetAddressFromIpAddressString(host);
    }
}
