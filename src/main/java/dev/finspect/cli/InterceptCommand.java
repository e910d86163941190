package dev.finspect.cli;

import dev.finspect.cli.config.InvalidValueException;
import dev.finspect.cli.config.Scalars;
import dev.finspect.cli.intercept.InterceptionPlan;
import dev.finspect.cli.intercept.InterceptionRules;
import dev.finspect.cli.intercept.Interceptor;
import dev.finspect.cli.intercept.ListeningPorts;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.relay.Interception.Mode;
import dev.finspect.relay.PortRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints, applies and removes the nftables rules that send connections to finspect transparently. */
@Command(
        name = "intercept",
        header = "Print, apply or remove nftables rules that redirect connections to finspect.",
        description = {
            "",
            "print explains each command, apply runs them, remove undoes them, status says what is in force. With"
                    + " TPROXY, remove waits until the intercepted connections have ended.",
            "",
            "Start finspect first. With --while-running, apply stays, and the rules go when finspect or this command"
                    + " ends, even by SIGKILL: clients then reach the service directly.",
            "",
            "The route that listens on --to needs the same mode, and usually upstream: original."
        },
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect intercept print --mode redirect --port 8080 --to 15001",
            "  finspect intercept apply --mode tproxy --port 80,443 --to 15002 --interface eth0",
            "  finspect intercept apply --while-running --mode redirect --port 5432 --to 15001 --local",
            "  finspect intercept remove"
        })
final class InterceptCommand implements Callable<Integer> {
    private final ProcessContext context;

    /** What to do with the rules. */
    enum Action {
        /** Prints them. */
        print,
        /** Applies them. */
        apply,
        /** Removes them. */
        remove,
        /** Says what is in force. */
        status
    }

    /** The mode of interception, as written on the command line. */
    enum InterceptMode {
        /** NAT REDIRECT. */
        redirect,
        /** TPROXY: no address is rewritten. */
        tproxy
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "print|apply|remove|status",
            defaultValue = "print",
            description = "What to do (default: print).")
    private Action action = Action.print;

    @Option(names = "--mode", paramLabel = "redirect|tproxy", description = "How to intercept connections.")
    private @Nullable InterceptMode mode;

    @Option(
            names = "--port",
            split = ",",
            paramLabel = "PORT",
            description = "Destination ports of the clients: 8080 or 8000-8100; separate several by commas.")
    private List<String> ports = new ArrayList<>();

    @Option(names = "--to", paramLabel = "PORT", description = "The port on which finspect's route listens.")
    private @Nullable Integer to;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "Incoming interface of the clients (default: all).")
    private @Nullable String networkInterface;

    @Option(names = "--local", description = "Also redirect connections of programs on this machine.")
    private boolean local;

    @Option(
            names = "--except-user",
            paramLabel = "USER",
            description = "With --local: not this user's connections, finspect's own (you).")
    private @Nullable String exceptUser;

    @Option(names = "--while-running", description = "With apply: stay; the rules end with finspect.")
    private boolean whileRunning;

    @Option(names = "--force", description = "apply: although nobody listens; remove: do not wait.")
    private boolean force;

    InterceptCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        boolean v6 = InterceptionRules.machineHasV6();
        Interceptor interceptor = new Interceptor(context.out(), context.err());
        if (action == Action.remove) {
            interceptor.remove(v6, force);
            return ExitCode.OK.code();
        }
        if (action == Action.status) {
            interceptor.status();
            return ExitCode.OK.code();
        }
        InterceptionPlan plan = plan(v6);
        if (action == Action.print) {
            interceptor.print(plan);
            return ExitCode.OK.code();
        }
        if ((whileRunning || !force) && !ListeningPorts.listens(plan.listenPort())) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "nobody listens on port " + plan.listenPort()
                            + ", so that every intercepted connection would be refused. Start finspect first"
                            + (whileRunning ? "." : ", or use --force."));
        }
        if (whileRunning) {
            interceptor.hold(plan);
        } else {
            interceptor.apply(plan);
        }
        return ExitCode.OK.code();
    }

    private InterceptionPlan plan(boolean v6) {
        InterceptMode chosen = mode;
        Integer listenPort = to;
        if (chosen == null) {
            throw wrong("--mode is missing. Use --mode redirect or --mode tproxy.");
        }
        Mode wanted = chosen == InterceptMode.redirect ? Mode.REDIRECT : Mode.TPROXY;
        if (ports.isEmpty()) {
            throw wrong("--port is missing. Give the destination ports of the clients, for example --port 8080.");
        }
        if (listenPort == null || listenPort < 1 || listenPort > 65_535) {
            throw wrong(
                    "--to needs the port on which finspect's route listens, from 1 to 65535, for example --to 15001.");
        }
        if (local && wanted == Mode.TPROXY) {
            throw wrong("--local works with --mode redirect only: TPROXY intercepts connections from other machines.");
        }
        if (networkInterface != null && !networkInterface.matches("[A-Za-z0-9_.@-]{1,15}")) {
            throw wrong("'" + networkInterface + "' is not an interface name. 'ip link' lists them.");
        }
        String except = exceptUser == null ? System.getProperty("user.name", "root") : exceptUser;
        if (!except.matches("[A-Za-z0-9_.-]{1,32}")) {
            throw wrong("'" + except + "' is not a user name.");
        }
        List<PortRange> ranges = new ArrayList<>();
        for (String text : ports) {
            ranges.add(range(text));
        }
        if (ranges.stream().anyMatch(range -> range.contains(listenPort))) {
            throw wrong("Port " + listenPort + " is finspect's own port; intercepting it would cause an endless loop.");
        }
        return new InterceptionPlan(
                wanted, ranges, listenPort, Optional.ofNullable(networkInterface), local, except, v6);
    }

    private PortRange range(String text) {
        try {
            return Scalars.PORTS.parse(text.strip());
        } catch (InvalidValueException e) {
            throw wrong(e.what() + ". " + e.remedy());
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
