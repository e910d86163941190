package dev.finspect.relay;

import dev.finspect.record.ProxyReason;
import dev.finspect.relay.names.NumericResolver;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A route as it runs: its settings, its counters, and its upstreams made ready. Any thread. */
public final class Route {
    private final RouteSettings settings;
    private final RouteCounters counters;
    private final List<Target> targets;
    private final OpenTimeouts openTimeouts;
    private final @Nullable RouteDiagnosis diagnosis;
    private final LongAdder living = new LongAdder();
    private volatile ClosePolicy closePolicy;

    /**
     * A route that begins to run.
     *
     * @param counters of all routes of this name since finspect began
     * @param before the route of this name until now, whose sessions go on with it; null for none
     */
    Route(RouteSettings settings, RouteCounters counters, PeerSockets sockets, @Nullable Route before) {
        this.settings = settings;
        this.counters = counters;
        this.targets = settings.upstreams().stream()
                .filter(upstream -> !upstream.isOriginal())
                .map(Target::of)
                .toList();
        this.openTimeouts = OpenTimeouts.of(settings.timeouts());
        this.diagnosis = RouteDiagnosis.of(
                settings.diagnosis(), sockets, counters.idleTimes, before == null ? null : before.diagnosis);
        this.closePolicy = settings.closePolicy();
        reportPolicy(settings.closePolicy());
        if (diagnosis != null) {
            diagnosis.keepAlive(
                    settings.clientSocket().keepAlive(),
                    settings.upstreamSocket().keepAlive());
        }
    }

    private void reportPolicy(ClosePolicy policy) {
        if (diagnosis != null) {
            diagnosis.closePolicy(
                    policy.equals(ClosePolicy.PROPAGATE) ? null : policy.kind().label());
        }
    }

    /** How its sessions are diagnosed; null when they are not. */
    @Nullable
    RouteDiagnosis diagnosis() {
        return diagnosis;
    }

    public RouteSettings settings() {
        return settings;
    }

    public RouteCounters counters() {
        return counters;
    }

    /** Whether it runs as these settings say; not if its close policy was switched since. */
    boolean isAsIn(RouteSettings wanted) {
        return settings.equals(wanted) && closePolicy.equals(settings.closePolicy());
    }

    /** A session of the route, as it is now, begins. */
    void entered() {
        living.increment();
        counters.acceptedSessions.increment();
        counters.activeSessions.increment();
    }

    /** Such a session is over. */
    void left() {
        living.decrement();
        counters.activeSessions.decrement();
    }

    /** Living sessions of the route as it is now. */
    long living() {
        return living.sum();
    }

    /**
     * The upstreams of a session in the order in which they are tried.
     *
     * @param original where its client was bound for; null where that is not known
     */
    List<Target> targets(@Nullable InetSocketAddress original) {
        return original == null || !goesOnToOriginal() ? targets : List.of(Target.of(original));
    }

    /** Whether each client is passed on to where it was bound for. */
    boolean goesOnToOriginal() {
        return targets.isEmpty();
    }

    /**
     * Why a client is refused; null when it is admitted.
     *
     * @param original where an intercepted client was bound for; null where that is not known, or it was not intercepted
     */
    @Nullable
    ProxyReason refusal(InetSocketAddress client, @Nullable InetSocketAddress original, OwnDials ownDials) {
        if (!lets(client.getAddress())) {
            return ProxyReason.CLIENT_REFUSED;
        }
        if (!settings.interception().intercepts()) {
            return null;
        }
        if (ownDials.contains(client)) {
            return ProxyReason.INTERCEPTION_LOOP;
        }
        if (original == null && goesOnToOriginal()) {
            return ProxyReason.DESTINATION_UNKNOWN;
        }
        return settings.interception().lets(original) ? null : ProxyReason.DESTINATION_REFUSED;
    }

    /** The time-outs that run while both legs are open. */
    OpenTimeouts openTimeouts() {
        return openTimeouts;
    }

    /** What is done after the first FIN of a session, as of now. */
    ClosePolicy closePolicy() {
        return closePolicy;
    }

    /** From now on this is done after the first FIN of a session; those whose first FIN was passed on go on as they were. */
    void closePolicy(ClosePolicy next) {
        closePolicy = next;
        reportPolicy(next);
    }

    /** Whether a client of this address may come in. */
    boolean lets(InetAddress client) {
        return !within(settings.refuse(), client) && (settings.allow().isEmpty() || within(settings.allow(), client));
    }

    private static boolean within(List<Network> networks, InetAddress client) {
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).contains(client)) {
                return true;
            }
        }
        return false;
    }

    /**
     * One upstream.
     *
     * @param host a name, or an address as a number
     * @param text {@code host:port}, for records
     * @param address where the host is a number; null for a name that must be looked up
     */
    record Target(
            String host, int port, String text, @Nullable InetSocketAddress address) {
        static Target of(InetSocketAddress original) {
            String host = NetUtil.toAddressString(original.getAddress());
            return new Target(
                    host, original.getPort(), new UpstreamTarget(host, original.getPort()).toString(), original);
        }

        static Target of(UpstreamTarget target) {
            InetAddress number = NumericResolver.parse(target.host());
            return new Target(
                    target.host(),
                    target.port(),
                    target.toString(),
                    number == null ? null : new InetSocketAddress(number, target.port()));
        }
    }
}
