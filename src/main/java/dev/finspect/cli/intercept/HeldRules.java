package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Interception rules that end with this process, however it ends.
 *
 * <p>The table has the flag {@code owner} (Linux 5.12): it belongs to the netlink socket of a child {@code nft -i}, and the
 * kernel removes it when that socket is closed. The child ends when its standard input does, and that ends with this
 * process. No other process can change the table.
 */
final class HeldRules implements AutoCloseable {
    private static final int MOST_SAID = 8192;
    private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int LOOK_MILLIS = 20;

    private final Process nft;
    private final boolean v6;
    private final StringBuilder said = new StringBuilder();

    private HeldRules(Process nft, boolean v6) {
        this.nft = nft;
        this.v6 = v6;
    }

    /** Applies the rules of a plan, in place of those that nobody holds. */
    static HeldRules apply(InterceptionPlan plan) throws CommandFailure {
        CommandRunner.run(InterceptionRules.routing(plan));
        CommandRunner.ask(InterceptionRules.deletion());
        Process child;
        try {
            child = new ProcessBuilder("nft", "-i").redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "nft cannot be run (" + e.getMessage() + "). Install it (Debian: it is in the package nftables).");
        }
        HeldRules held = new HeldRules(child, plan.v6());
        held.listen();
        try {
            held.say(InterceptionRules.owned(plan));
            held.awaitInForce();
            return held;
        } catch (CommandFailure e) {
            held.close();
            throw e;
        }
    }

    private void listen() {
        Thread reader = new Thread(
                () -> {
                    byte[] some = new byte[1024];
                    try (InputStream from = nft.getInputStream()) {
                        for (int count = from.read(some); count >= 0; count = from.read(some)) {
                            note(new String(some, 0, count, StandardCharsets.UTF_8));
                        }
                    } catch (IOException e) {
                        // It has ended.
                    }
                },
                "finspect-nft");
        reader.setDaemon(true);
        reader.start();
    }

    private synchronized void note(String text) {
        if (said.length() < MOST_SAID) {
            said.append(text);
        }
    }

    private synchronized String said() {
        return said.toString().replace("nft>", "").strip();
    }

    private void say(String commands) throws CommandFailure {
        try {
            OutputStream to = nft.getOutputStream();
            to.write(commands.getBytes(StandardCharsets.UTF_8));
            to.flush();
        } catch (IOException e) {
            throw failed();
        }
    }

    /** Waits until another nft lists the table as one with an owner, with its last chain. */
    private void awaitInForce() throws CommandFailure {
        long deadlineNanos = System.nanoTime() + MOST_WAIT_NANOS;
        while (true) {
            CommandRunner.Answer table = CommandRunner.ask(InterceptionRules.inForce());
            if (table.worked() && table.said().contains("owner") && table.said().contains("chain intercept")) {
                return;
            }
            if (!alive() || said().contains("Error") || System.nanoTime() - deadlineNanos > 0) {
                throw failed();
            }
            pause();
        }
    }

    private CommandFailure failed() {
        return new CommandFailure(
                ExitCode.RUNTIME,
                "nft does not apply rules that end with their process: " + said()
                        + "\nIt needs CAP_NET_ADMIN, Linux 5.12 and nft 0.9.9, and no other finspect may hold rules here"
                        + " ('finspect intercept status').");
    }

    /** Whether the child lives, and with it the rules. */
    boolean alive() {
        return nft.isAlive();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the child, and removes the routing rules, which do nothing without the table. */
    @Override
    public void close() throws CommandFailure {
        nft.destroy();
        try {
            nft.getOutputStream().close();
            if (!nft.waitFor(2, TimeUnit.SECONDS)) {
                nft.destroyForcibly();
            }
        } catch (IOException e) {
            nft.destroyForcibly();
        } catch (InterruptedException e) {
            nft.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        CommandRunner.run(InterceptionRules.removeRouting(v6));
    }
}
