package dev.finspect.cli;

import dev.finspect.cli.config.InvalidValueException;
import dev.finspect.cli.config.Scalars;
import dev.finspect.cli.intercept.InterceptionPlan;
import dev.finspect.cli.intercept.InterceptionRules;
import dev.finspect.cli.intercept.Interceptor;
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

/** Prints, sets and takes back the kernel's rules that bring other people's connections to finspect. */
@Command(
        name = "intercept",
        header = "Print, apply or remove the rules that bring connections to finspect transparently.",
        description = {
            "",
            "print explains each command and changes nothing; apply runs them, again and again without harm; remove takes"
                    + " back all that apply set. Under TPROXY, remove first lets new connections pass finspect by, waits"
                    + " until those that it has have ended, and then takes the rest away.",
            "",
            "The route that listens there needs the same mode in its configuration, and usually upstream: original."
        },
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect intercept print --mode redirect --port 8080 --to 15001",
            "  finspect intercept apply --mode tproxy --port 80,443 --to 15002 --interface eth0",
            "  finspect intercept apply --mode redirect --port 5432 --to 15001 --local --except-user finspect",
            "  finspect intercept remove"
        })
final class InterceptCommand implements Callable<Integer> {
    private final ProcessContext context;

    /** What is done with the rules. */
    enum Action {
        /** Shows them. */
        print,
        /** Sets them. */
        apply,
        /** Takes them back. */
        remove
    }

    /** How connections come to finspect. */
    enum Way {
        /** By the kernel's NAT. */
        redirect,
        /** As they are. */
        tproxy
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "print|apply|remove",
            defaultValue = "print",
            description = "What to do (print).")
    private Action action = Action.print;

    @Option(names = "--mode", paramLabel = "redirect|tproxy", description = "How connections come to finspect.")
    private @Nullable Way mode;

    @Option(
            names = "--port",
            split = ",",
            paramLabel = "PORT",
            description = "Ports that clients are bound for: 8080, 8000-8100; several parted by commas.")
    private List<String> ports = new ArrayList<>();

    @Option(names = "--to", paramLabel = "PORT", description = "The port that finspect's route listens on.")
    private @Nullable Integer to;

    @Option(
            names = "--interface",
            paramLabel = "NAME",
            description = "Where clients come in; every interface when not given.")
    private @Nullable String networkInterface;

    @Option(names = "--local", description = "Redirect connections of this machine's own programs as well.")
    private boolean local;

    @Option(
            names = "--except-user",
            paramLabel = "USER",
            description = "With --local: whose connections are left alone, finspect's own (the user who runs this).")
    private @Nullable String exceptUser;

    @Option(names = "--force", description = "With remove: do not wait until intercepted connections have ended.")
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
        InterceptionPlan plan = plan(v6);
        if (action == Action.print) {
            interceptor.print(plan);
        } else {
            interceptor.apply(plan);
        }
        return ExitCode.OK.code();
    }

    private InterceptionPlan plan(boolean v6) {
        Way way = mode;
        Integer listenPort = to;
        if (way == null) {
            throw wrong("Give --mode redirect or --mode tproxy.");
        }
        Mode wanted = way == Way.redirect ? Mode.REDIRECT : Mode.TPROXY;
        if (ports.isEmpty()) {
            throw wrong("Give the ports that clients are bound for, for example --port 8080.");
        }
        if (listenPort == null || listenPort < 1 || listenPort > 65_535) {
            throw wrong("Give the port that finspect's route listens on, from 1 to 65535, for example --to 15001.");
        }
        if (local && wanted == Mode.TPROXY) {
            throw wrong("--local works with --mode redirect only: TPROXY takes what comes from other machines.");
        }
        if (networkInterface != null && !networkInterface.matches("[A-Za-z0-9_.@-]{1,15}")) {
            throw wrong("'" + networkInterface + "' is no name of an interface. 'ip link' lists them.");
        }
        String except = exceptUser == null ? System.getProperty("user.name", "root") : exceptUser;
        if (!except.matches("[A-Za-z0-9_.-]{1,32}")) {
            throw wrong("'" + except + "' is no name of a user.");
        }
        List<PortRange> ranges = new ArrayList<>();
        for (String text : ports) {
            ranges.add(range(text));
        }
        if (ranges.stream().anyMatch(range -> range.contains(listenPort))) {
            throw wrong("Port " + listenPort + " is finspect's own: intercepting it would be an endless loop.");
        }
        return new InterceptionPlan(wanted, ranges, listenPort, Optional.ofNullable(networkInterface), local, except, v6);
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
