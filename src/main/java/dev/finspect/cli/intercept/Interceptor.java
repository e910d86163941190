package dev.finspect.cli.intercept;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Shows rules with their reasons, sets them, takes them back. */
public final class Interceptor {
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final PrintStream out;
    private final PrintStream err;

    /** Writes commands to {@code out} and everything else to {@code err}. */
    public Interceptor(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** A script that a shell can run, each command with its reason. */
    public void print(InterceptionPlan plan) {
        show(InterceptionRules.apply(plan));
        out.println();
        out.println("# To take it back: finspect intercept remove");
    }

    /** Sets the rules; where that fails, those that were in force before still are. */
    public void apply(InterceptionPlan plan) throws CommandFailure {
        List<SystemCommand> lines = InterceptionRules.apply(plan);
        boolean diverted = CommandRunner.ask(InterceptionRules.diverting()).worked();
        boolean inForce = diverted || CommandRunner.ask(InterceptionRules.inForce()).worked();
        try {
            CommandRunner.run(lines);
        } catch (CommandFailure e) {
            // The table itself is replaced in one transaction.
            if (!inForce) {
                CommandRunner.run(InterceptionRules.remove(plan.v6()));
            } else if (!diverted) {
                CommandRunner.run(InterceptionRules.removeRouting(plan.v6()));
            }
            throw e;
        }
        lines.forEach(line -> err.println(line.why()));
        err.println("applied. 'finspect intercept remove' takes it back.");
    }

    /** Takes the rules back; waits for connections that would be cut, unless forced. */
    public void remove(boolean v6, boolean force) throws CommandFailure {
        CommandRunner.run(InterceptionRules.stopTaking());
        boolean waits = !force && CommandRunner.ask(InterceptionRules.diverting()).worked();
        long living = waits ? ForeignSockets.living() : 0;
        if (living > 0) {
            err.println("new connections pass finspect by now; waiting until " + living
                    + " sockets of intercepted ones are closed (--force does not wait) ...");
        }
        while (living > 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(ExitCode.RUNTIME, "interrupted; run it again to take the rest away.");
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
