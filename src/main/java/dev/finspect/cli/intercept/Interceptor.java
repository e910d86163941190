package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prints, applies and removes interception rules. */
public final class Interceptor {
    private static final long POLL_MILLIS = 200;

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
        CommandRunner.run(InterceptionRules.stopIntercepting());
        boolean waits =
                !force && CommandRunner.ask(InterceptionRules.diverting()).worked();
        long living = waits ? ForeignSockets.living() : 0;
        if (living > 0) {
            err.println("new connections now bypass finspect; waiting until " + living
                    + " sockets of intercepted connections are closed (--force does not wait) ...");
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
