package dev.finspect.cli.intercept;

import dev.finspect.cli.Exit;
import dev.finspect.cli.Failure;
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
    public void print(Plan plan) {
        show(Rules.apply(plan));
        out.println();
        out.println("# To take it back: finspect intercept remove");
    }

    /** Sets the rules; where that fails, those that were in force before still are. */
    public void apply(Plan plan) throws Failure {
        List<Line> lines = Rules.apply(plan);
        boolean diverted = Commands.ask(Rules.diverting()).worked();
        boolean inForce = diverted || Commands.ask(Rules.inForce()).worked();
        try {
            Commands.run(lines);
        } catch (Failure e) {
            // The table itself is replaced in one transaction.
            if (!inForce) {
                Commands.run(Rules.remove(plan.v6()));
            } else if (!diverted) {
                Commands.run(Rules.removeRouting(plan.v6()));
            }
            throw e;
        }
        lines.forEach(line -> err.println(line.why()));
        err.println("applied. 'finspect intercept remove' takes it back.");
    }

    /** Takes the rules back; waits for connections that would be cut, unless forced. */
    public void remove(boolean v6, boolean force) throws Failure {
        Commands.run(Rules.stopTaking());
        boolean waits = !force && Commands.ask(Rules.diverting()).worked();
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
                throw new Failure(Exit.RUNTIME, "interrupted; run it again to take the rest away.");
            }
            living = ForeignSockets.living();
        }
        Commands.run(Rules.remove(v6));
        err.println("removed.");
    }

    private void show(List<Line> lines) {
        for (Line line : lines) {
            out.println("# " + line.why());
            out.println(line.shown());
        }
    }
}
