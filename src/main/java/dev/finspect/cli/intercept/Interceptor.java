package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.tcp.HumanUnits;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Prints, applies and removes interception rules. */
public final class Interceptor {
    private static final long POLL_MILLIS = 200;
    private static final long LISTENER_POLL_MILLIS = 100;

    private final PrintStream out;
    private final PrintStream err;

    /** Writes commands to {@code out} and everything else to {@code err}. */
    public Interceptor(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Prints a shell script of the commands, each with its reason. */
    public void print(InterceptionPlan plan) {
        show(InterceptionRules.apply(plan));
        out.println();
        out.println("# To undo this: finspect intercept remove");
    }

    /**
     * Applies the rules for as long as those listen who listen on the plan's port now, or processes that have their sockets;
     * then they are gone, at the latest with this process.
     */
    public void hold(InterceptionPlan plan) throws CommandFailure {
        Set<ListeningPorts.Listener> listening = ListeningPorts.listeners(plan.listenPort());
        HeldRules held = HeldRules.apply(plan);
        Thread atExit = new Thread(
                () -> {
                    try {
                        held.close();
                    } catch (CommandFailure e) {
                        err.println(e.getMessage());
                    }
                },
                "finspect-intercept-end");
        Runtime.getRuntime().addShutdownHook(atExit);
        err.println(
                "applied for as long as port " + plan.listenPort()
                        + " is listened on by who does now and this command runs; whatever ends either, connections then bypass finspect.");
        while (held.alive() && !listening.isEmpty()) {
            listening = ListeningPorts.goingOn(listening, ListeningPorts.listeners(plan.listenPort()));
            try {
                TimeUnit.MILLISECONDS.sleep(LISTENER_POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        boolean orderly = held.alive();
        Runtime.getRuntime().removeShutdownHook(atExit);
        held.close();
        if (!orderly) {
            throw new CommandFailure(ExitCode.RUNTIME, "nft, which held the rules, has ended: the rules are gone.");
        }
        err.println((ListeningPorts.listens(plan.listenPort())
                        ? "another process listens on port " + plan.listenPort() + " now"
                        : "nobody listens on port " + plan.listenPort() + " any more")
                + ": the rules are removed.");
    }

    /** Prints what is in force. */
    public void status() throws CommandFailure {
        ActiveRules rules = ActiveRules.read();
        if (!rules.refusal().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "the rules cannot be listed: " + rules.refusal() + "\nRun it as root, or with CAP_NET_ADMIN.");
        }
        if (rules.table() == null) {
            out.println("no interception rules are in force");
            return;
        }
        out.println(rules.summary());
        rules.faults().forEach(fault -> out.println("fault: " + fault));
    }

    /** Applies the rules; on failure, the rules from before stay in force. */
    public void apply(InterceptionPlan plan) throws CommandFailure {
        List<SystemCommand> lines = InterceptionRules.apply(plan);
        boolean diverted = CommandRunner.ask(InterceptionRules.diverting()).worked();
        boolean inForce =
                diverted || CommandRunner.ask(InterceptionRules.inForce()).worked();
        try {
            CommandRunner.run(lines);
        } catch (CommandFailure e) {
            // nft replaces the table in one transaction.
            if (!inForce) {
                CommandRunner.run(InterceptionRules.remove(plan.v6()));
            } else if (!diverted) {
                CommandRunner.run(InterceptionRules.removeRouting(plan.v6()));
            }
            throw e;
        }
        lines.forEach(line -> err.println(line.why()));
        err.println("applied. 'finspect intercept remove' undoes it.");
    }

    /** Removes the rules; unless forced, waits for connections that would be cut. */
    public void remove(boolean v6, boolean force) throws CommandFailure {
        ActiveRules active = ActiveRules.read();
        if (active.held()) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "the rules belong to a process that holds them: end 'finspect intercept apply --while-running'"
                            + " (Ctrl-C, or SIGTERM), and they are gone.");
        }
        CommandRunner.run(InterceptionRules.stopIntercepting());
        boolean waits =
                !force && CommandRunner.ask(InterceptionRules.diverting()).worked();
        long living = waits ? ForeignSockets.living() : 0;
        if (living > 0) {
            err.println("new connections now bypass finspect; waiting until "
                    + HumanUnits.count(living, "socket") + " of intercepted connections "
                    + (living == 1 ? "is" : "are") + " closed (--force does not wait) ...");
        }
        while (living > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(ExitCode.RUNTIME, "interrupted. Run it again to remove the remaining rules.");
            }
            living = ForeignSockets.living();
        }
        CommandRunner.run(InterceptionRules.remove(v6));
        err.println("removed.");
    }

    private void show(List<SystemCommand> lines) {
        for (SystemCommand line : lines) {
            out.println("# " + line.why());
            out.println(line.shown());
        }
    }
}
