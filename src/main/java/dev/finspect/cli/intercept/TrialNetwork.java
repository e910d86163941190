package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.namespace.TemporaryNamespace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Two temporary hosts for a trial: a client, and finspect's host, which is the client's default gateway. Both are unnamed
 * network namespaces, joined by a veth pair; they vanish when this is closed or the process ends. The addresses are
 * documentation addresses (RFC 5737, RFC 3849). Any thread.
 */
final class TrialNetwork implements AutoCloseable {
    private static final int PORT = 8080;

    private final TemporaryNamespace client;
    private final TemporaryNamespace proxy;

    private TrialNetwork(TemporaryNamespace client, TemporaryNamespace proxy) {
        this.client = client;
        this.proxy = proxy;
    }

    /** Creates the network; fails with a message if that is not possible. */
    static TrialNetwork make(boolean v6) throws CommandFailure, InterruptedException {
        TemporaryNamespace client = namespace();
        TemporaryNamespace proxy;
        try {
            proxy = namespace();
        } catch (CommandFailure | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
        TrialNetwork made = new TrialNetwork(client, proxy);
        try {
            made.asProxy(() -> run(proxyLines(client.threadId(), v6)));
            made.asClient(() -> run(clientLines(v6)));
            return made;
        } catch (CommandFailure | InterruptedException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private static TemporaryNamespace namespace() throws CommandFailure, InterruptedException {
        Reading<TemporaryNamespace> reading = TemporaryNamespace.make();
        if (reading instanceof Reading.Value<TemporaryNamespace> made) {
            return made.value();
        }
        throw new CommandFailure(ExitCode.RUNTIME, ((Reading.Unavailable<TemporaryNamespace>) reading).reason());
    }

    private static boolean run(List<SystemCommand> lines) throws CommandFailure {
        CommandRunner.run(lines);
        return true;
    }

    private static List<SystemCommand> proxyLines(long clientThread, boolean v6) {
        List<SystemCommand> lines = new ArrayList<>();
        lines.add(line("ip link set lo up"));
        lines.add(line("ip link add proxy0 type veth peer name client0 netns " + clientThread));
        lines.add(line("ip addr add 192.0.2.1/24 dev proxy0"));
        if (v6) {
            lines.add(line("ip addr add 2001:db8:1::1/64 dev proxy0 nodad"));
        }
        lines.add(line("ip link set proxy0 up"));
        return lines;
    }

    private static List<SystemCommand> clientLines(boolean v6) {
        List<SystemCommand> lines = new ArrayList<>();
        lines.add(line("ip addr add 192.0.2.2/24 dev client0"));
        if (v6) {
            lines.add(line("ip addr add 2001:db8:1::2/64 dev client0 nodad"));
        }
        lines.add(line("ip link set client0 up"));
        lines.add(line("ip route add default via 192.0.2.1"));
        if (v6) {
            lines.add(line("ip route add default via 2001:db8:1::1"));
        }
        return lines;
    }

    private static SystemCommand line(String command) {
        return SystemCommand.of("For a trial.", command);
    }

    /** The destination port of the client; unused on both hosts. */
    static int port() {
        return PORT;
    }

    /** A destination behind finspect's host; no host has this address. */
    static InetSocketAddress destination(boolean v6) {
        try {
            return new InetSocketAddress(InetAddress.getByName(v6 ? "2001:db8:2::1" : "198.51.100.1"), PORT);
        } catch (UnknownHostException e) {
            throw new AssertionError("a numeric address needs no resolver", e);
        }
    }

    /** Runs the work on the client's host. */
    <T> T asClient(Callable<T> work) throws CommandFailure, InterruptedException {
        return in(client, work);
    }

    /** Runs the work on finspect's host. */
    <T> T asProxy(Callable<T> work) throws CommandFailure, InterruptedException {
        return in(proxy, work);
    }

    private static <T> T in(TemporaryNamespace namespace, Callable<T> work)
            throws CommandFailure, InterruptedException {
        try {
            return namespace.in(work);
        } catch (CommandFailure | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailure(ExitCode.RUNTIME, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        client.close();
        proxy.close();
    }
}
