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
 * Tries interception from end to end: the rules that {@code finspect intercept apply} sets, a route of that mode, and a client
 * that means somebody else. It happens on hosts that exist for the trial alone; the machine's own network is not touched.
 */
public final class InterceptionTrial {
    private static final int LISTEN_PORT = 15_001;
    private static final int PATIENCE_MILLIS = 3_000;
    private static final int SENT = 0x66;
    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private final InterceptionPlan plan;
    private final TrialNetwork ground;

    private InterceptionTrial(InterceptionPlan plan, TrialNetwork ground) {
        this.plan = plan;
        this.ground = ground;
    }

    /** How a trial ended. */
    public enum State {
        /** The connection came to finspect, which knew what it was bound for and passed bytes. */
        PASSED,
        /** It did not. */
        FAILED,
        /** There was no way to try it. */
        UNTRIED
    }

    /**
     * What came of it for one family of addresses.
     *
     * @param v6 whether for IPv6
     * @param said in words; no whole sentence
     */
    public record Result(boolean v6, State state, String said) {}

    /**
     * Tries a mode: with IPv4 first, and then with IPv6 where the machine has it. Takes some hundred milliseconds, and some
     * seconds where packets are lost.
     */
    public static List<Result> of(Mode mode, boolean v6) throws InterruptedException {
        List<PortRange> ports = List.of(new PortRange(TrialNetwork.port(), TrialNetwork.port()));
        InterceptionPlan plan = new InterceptionPlan(mode, ports, LISTEN_PORT, Optional.empty(), false, "root", v6);
        List<String> missing = InterceptionRules.PROGRAMS.stream()
                .filter(program -> !CommandRunner.exists(program))
                .toList();
        if (!missing.isEmpty()) {
            return each(v6, State.UNTRIED, "there is no " + String.join(" and no ", missing) + " on the PATH");
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
        try (TrialRoute route = ground.asProxy(() -> TrialRoute.open(plan, PATIENCE_MILLIS))) {
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

    /** A byte there and back; answers with what went wrong. */
    private @Nullable String exchange(TrialRoute route, boolean v6) throws InterruptedException {
        try (Socket client = ground.asClient(() -> connect(TrialNetwork.beyond(v6)))) {
            client.getOutputStream().write(SENT);
            try (Socket service = route.accept()) {
                service.setSoTimeout(PATIENCE_MILLIS);
                service.getOutputStream().write(service.getInputStream().read());
                return client.getInputStream().read() == SENT ? null : "not what was sent came back";
            }
        } catch (CommandFailure | IOException e) {
            return firstLine(e);
        }
    }

    private static Socket connect(InetSocketAddress to) throws CommandFailure {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(to, PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            try (socket) {
                throw new CommandFailure(ExitCode.RUNTIME, String.valueOf(e.getMessage()));
            } catch (IOException closing) {
                throw new CommandFailure(ExitCode.RUNTIME, closing.getMessage() + " after " + e.getMessage());
            }
        }
    }

    /** What the relay's sessions say of a family's connection, whose client met {@code error}. */
    static Result judge(boolean v6, @Nullable String error, List<SessionIdentity> sessions) {
        InetSocketAddress meant = TrialNetwork.beyond(v6);
        String bound = "a connection bound for " + shown(meant);
        Optional<SessionIdentity> seen = sessions.stream()
                .filter(session -> session.client().getAddress() instanceof Inet6Address == v6)
                .findFirst();
        if (seen.isEmpty()) {
            return new Result(v6, State.FAILED, bound + " did not come to finspect" + because(error));
        }
        InetSocketAddress original = seen.get().original();
        if (!meant.equals(original)) {
            return new Result(
                    v6,
                    State.FAILED,
                    bound + " came to finspect, which "
                            + (original == null ? "cannot tell that" : "took it for one to " + shown(original)));
        }
        return error == null
                ? new Result(v6, State.PASSED, bound + " came to finspect, which knew that and passed it on")
                : new Result(v6, State.FAILED, bound + " came to finspect, but bytes do not pass" + because(error));
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
