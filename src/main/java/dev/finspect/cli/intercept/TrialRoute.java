package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.run.Engines;
import dev.finspect.relay.ClosePolicy;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.Interception;
import dev.finspect.relay.LoopFailure;
import dev.finspect.relay.PipeSizer;
import dev.finspect.relay.ProxyProtocol;
import dev.finspect.relay.Relay;
import dev.finspect.relay.RelayParts;
import dev.finspect.relay.RelaySettings;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.RunningRelay;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.Timeouts;
import dev.finspect.relay.TlsChoice;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.relay.names.NumericResolver;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A relay with one intercepting route, in front of a service on the same host. Any thread. */
final class TrialRoute implements AutoCloseable, SessionSink {
    private static final int BACKLOG = 2;

    private final ServerSocket service;
    private final RunningRelay relay;
    private final Queue<SessionIdentity> sessions = new ConcurrentLinkedQueue<>();

    private TrialRoute(ServerSocket service, InterceptionPlan plan) throws RelayStartException {
        this.service = service;
        RelaySettings settings = settings(plan, service);
        this.relay = Relay.start(
                Engines.of(settings.engine()),
                settings,
                this,
                RelayParts.of(new NumericResolver(), PipeSizer.NONE, List::of, LoopFailure.RETHROW, PeerSockets.NONE));
    }

    /** Opens both on the calling thread; they stay in its network namespace. */
    static TrialRoute open(InterceptionPlan plan, int timeoutMillis) throws CommandFailure, IOException {
        ServerSocket service = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        try {
            service.setSoTimeout(timeoutMillis);
            return new TrialRoute(service, plan);
        } catch (RelayStartException e) {
            service.close();
            throw new CommandFailure(ExitCode.RUNTIME, String.valueOf(e.getMessage()));
        }
    }

    private static RelaySettings settings(InterceptionPlan plan, ServerSocket service) {
        try {
            // "::" also accepts IPv4.
            InetAddress every = InetAddress.getByName(plan.v6() ? "::" : "0.0.0.0");
            RouteSettings route = new RouteSettings(
                    "trial",
                    List.of(new InetSocketAddress(every, plan.listenPort())),
                    List.of(new UpstreamTarget(service.getInetAddress().getHostAddress(), service.getLocalPort())),
                    List.of(),
                    List.of(),
                    Timeouts.DEFAULT,
                    SocketSettings.DEFAULT,
                    SocketSettings.DEFAULT,
                    ClosePolicy.PROPAGATE,
                    DiagnosisSettings.STANDARD,
                    new Interception(plan.mode(), false, List.of(), plan.ports()),
                    ProxyProtocol.NONE,
                    TlsChoice.OFF);
            return new RelaySettings(
                    List.of(route), EngineChoice.EPOLL, 1, OptionalInt.empty(), false, 1 << 20, false, null);
        } catch (IOException e) {
            throw new AssertionError("a numeric address needs no resolver", e);
        }
    }

    /** Accepts the service's next connection; throws {@link java.net.SocketTimeoutException} if none arrives in time. */
    Socket accept() throws IOException {
        return service.accept();
    }

    /** Ends all open sessions and returns all sessions of the trial. */
    List<SessionIdentity> finish() {
        relay.drain(Duration.ZERO).join();
        return List.copyOf(sessions);
    }

    @Override
    public void closed(SessionRecord record) {
        sessions.add(record.identity());
    }

    @Override
    public void close() throws IOException {
        relay.drain(Duration.ZERO).join();
        service.close();
    }
}
