package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.relay.Interception.Mode;
import dev.finspect.relay.PortRange;
import dev.finspect.session.SessionIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tries interception end to end: the rules of {@code finspect intercept apply}, a route of that mode, and a client that
 * connects to another host. It runs in temporary network namespaces and does not touch the machine's own network.
 */
public final class InterceptionTrial {
    private static final int LISTEN_PORT = 15_001;
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int SENT = 0x66;
    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private final InterceptionPlan plan;
    private final TrialNetwork ground;

    private InterceptionTrial(InterceptionPlan plan, TrialNetwork ground) {
        this.plan = plan;
        this.ground = ground;
    }

    /** The outcome of a trial. */
    public enum State {
        /** The connection reached finspect with its original destination, and bytes passed. */
        PASSED,
        /** It did not work. */
        FAILED,
        /** The trial was not possible. */
        UNTRIED
    }

    /**
     * The result for one address family.
     *
     * @param v6 whether for IPv6
     * @param said the reason or details, a clause
     */
    public record Result(boolean v6, State state, String said) {}

    /**
     * Tries a mode with IPv4, then with IPv6 if the machine has it. Takes some hundred milliseconds, and some seconds if
     * packets are lost.
     */
    public static List<Result> of(Mode mode, boolean v6) throws InterruptedException {
        List<PortRange> ports = List.of(new PortRange(TrialNetwork.port(), TrialNetwork.port()));
        InterceptionPlan plan = new InterceptionPlan(mode, ports, LISTEN_PORT, Optional.empty(), false, "root", v6);
        List<String> missing = InterceptionRules.PROGRAMS.stream()
                .filter(program -> !CommandRunner.exists(program))
                .toList();
        if (!missing.isEmpty()) {
            return each(
                    v6,
                    State.UNTRIED,
                    String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are") + " not on the PATH");
        }
        try (TrialNetwork ground = TrialNetwork.make(v6)) {
            return new InterceptionTrial(plan, ground).results();
        } catch (CommandFailure e) {
            return each(v6, State.UNTRIED, firstLine(e));
        }
    }

    private List<Result> results() throws InterruptedException {
        try {
            ground.asProxy(() -> {
                new Interceptor(NOWHERE, NOWHERE).apply(plan);
                return true;
            });
        } catch (CommandFailure e) {
            return each(plan.v6(), State.FAILED, "intercept apply fails: " + firstLine(e));
        }
        try (TrialRoute route = ground.asProxy(() -> TrialRoute.open(plan, TIMEOUT_MILLIS))) {
            String error = exchange(route, false);
            String error6 = plan.v6() ? exchange(route, true) : null;
            List<SessionIdentity> sessions = route.finish();
            List<Result> results = new ArrayList<>(List.of(judge(false, error, sessions)));
            if (plan.v6()) {
                results.add(judge(true, error6, sessions));
            }
            return results;
        } catch (CommandFailure | IOException e) {
            return each(plan.v6(), State.FAILED, "the route does not start: " + firstLine(e));
        }
    }

    /** Sends a byte and reads it back; returns what went wrong, or null. */
    private @Nullable String exchange(TrialRoute route, boolean v6) throws InterruptedException {
        try (Socket client = ground.asClient(() -> connect(TrialNetwork.destination(v6)))) {
            client.getOutputStream().write(SENT);
            try (Socket service = route.accept()) {
                service.setSoTimeout(TIMEOUT_MILLIS);
                service.getOutputStream().write(service.getInputStream().read());
                return client.getInputStream().read() == SENT ? null : "other bytes came back than were sent";
            }
        } catch (CommandFailure | IOException e) {
            return firstLine(e);
        }
    }

    private static Socket connect(InetSocketAddress to) throws CommandFailure {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(to, TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            try (socket) {
                throw new CommandFailure(ExitCode.RUNTIME, String.valueOf(e.getMessage()));
            } catch (IOException closing) {
                throw new CommandFailure(ExitCode.RUNTIME, closing.getMessage() + " after " + e.getMessage());
            }
        }
    }

    /** The result for an address family, from the relay's sessions and the client's error. */
    static Result judge(boolean v6, @Nullable String error, List<SessionIdentity> sessions) {
        InetSocketAddress meant = TrialNetwork.destination(v6);
        String bound = "a connection to " + shown(meant);
        Optional<SessionIdentity> seen = sessions.stream()
                .filter(session -> session.client().getAddress() instanceof Inet6Address == v6)
                .findFirst();
        if (seen.isEmpty()) {
            return new Result(v6, State.FAILED, bound + " did not reach finspect" + because(error));
        }
        InetSocketAddress original = seen.get().original();
        if (!meant.equals(original)) {
            return new Result(
                    v6,
                    State.FAILED,
                    bound + " reached finspect, but "
                            + (original == null
                                    ? "without its original destination"
                                    : "with destination " + shown(original)));
        }
        return error == null
                ? new Result(
                        v6, State.PASSED, bound + " reached finspect and was forwarded with its original destination")
                : new Result(v6, State.FAILED, bound + " reached finspect, but bytes do not pass" + because(error));
    }

    private static String because(@Nullable String error) {
        return error == null ? "" : ": " + error;
    }

    private static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static List<Result> each(boolean v6, State state, String said) {
        Result four = new Result(false, state, said);
        return v6 ? List.of(four, new Result(true, state, said)) : List.of(four);
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
