package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigProblem;
import dev.finspect.cli.config.InvalidValueException;
import dev.finspect.cli.config.Located;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.privileges.Account;
import dev.finspect.kernel.privileges.Capability;
import dev.finspect.kernel.privileges.RestrictedRestart;
import dev.finspect.kernel.privileges.UserChange;
import dev.finspect.log.FileErrorText;
import dev.finspect.relay.RouteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The user that finspect acts as before it opens anything, and becomes for good once everything is open. Only the event
 * loops keep the capabilities that the configuration still needs; usually none.
 */
public final class RunAsUser {
    /** For ports below 1024, marks and transparency, and the capture. */
    private static final Set<Capability> OPENING =
            EnumSet.of(Capability.NET_BIND_SERVICE, Capability.NET_ADMIN, Capability.NET_RAW);

    private static final String ROOT = "root would keep every right, which the setting is there to give up";
    private static final String ROOT_REMEDY = "Name another user, or remove the setting.";

    private final Account account;
    private final Config config;
    private final Set<Capability> kept;

    private RunAsUser(Account account, Config config) {
        this.account = account;
        this.config = config;
        this.kept = kept(config);
    }

    /** The configured user; empty if none is configured or the process already runs as that user. */
    public static Optional<RunAsUser> of(Config config) throws CommandFailure {
        if (config.user().isEmpty()) {
            return Optional.empty();
        }
        Account account;
        try {
            account = account(config.user().get().value());
        } catch (InvalidValueException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "user: " + e.what() + ". " + e.remedy());
        } catch (LinkageError e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "user: finspect can switch users only on Linux, and only if JNA's native library loads. Remove the"
                            + " setting, and start finspect as that user.");
        }
        if (UserChange.needless(account)) {
            return Optional.empty();
        }
        if (!UserChange.possible()) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "user: only root can switch to " + account + ". Start finspect as root, or as " + account
                            + " without this setting.");
        }
        if (account.uid() == 0) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "user: " + ROOT + ". " + ROOT_REMEDY);
        }
        return Optional.of(new RunAsUser(account, config));
    }

    /** What is wrong with the configured user; empty if nothing is, or if this system cannot look users up. */
    public static Optional<ConfigProblem> problem(Config config) {
        if (config.user().isEmpty()) {
            return Optional.empty();
        }
        Located<String> user = config.user().get();
        try {
            return account(user.value()).uid() == 0
                    ? Optional.of(new ConfigProblem(user.location(), "user: " + ROOT, ROOT_REMEDY))
                    : Optional.empty();
        } catch (InvalidValueException e) {
            return Optional.of(new ConfigProblem(user.location(), "user: " + e.what(), e.remedy()));
        } catch (LinkageError e) {
            return Optional.empty();
        }
    }

    private static Account account(String text) throws InvalidValueException {
        Reading<Account> found = Account.of(text);
        if (found instanceof Reading.Unavailable<Account> none) {
            throw new InvalidValueException(none.reason(), "Name an existing user.");
        }
        return ((Reading.Value<Account>) found).value();
    }

    /** What another configuration needs that was given up with root, a sentence each. */
    List<String> refusals(Config next) {
        List<String> refusals = new ArrayList<>();
        for (Capability needed : kept(next)) {
            if (!kept.contains(needed)) {
                refusals.add("a route needs CAP_" + needed
                        + " (keep_client_address or mark), which was given up with the change of user. Restart"
                        + " finspect.");
            }
        }
        logProblem(next).ifPresent(refusals::add);
        return refusals;
    }

    /** Why the log cannot be in the file that is configured: it could not be rotated. */
    private Optional<String> logProblem(Config wanted) {
        Optional<Path> directory = wanted.log().file().map(Path::toAbsolutePath).map(file -> file.resolveSibling("."));
        return directory.isPresent() && !isDevice(wanted.log().file().get()) && !Files.isWritable(directory.get())
                ? Optional.of("log.file: user " + account + " may not write to "
                        + directory.get().normalize()
                        + ", so finspect could not rotate the log. Use a directory that this user can write to.")
                : Optional.empty();
    }

    /** The capabilities to keep for sockets that are opened after the switch. */
    private static Set<Capability> kept(Config config) {
        Set<Capability> kept = EnumSet.noneOf(Capability.class);
        for (RouteSettings route : config.relay().routes()) {
            if (route.interception().keepClientAddress()) {
                kept.add(Capability.NET_RAW);
                kept.add(Capability.NET_BIND_SERVICE); // A client's port may be below 1024.
            }
            if (route.upstreamSocket().mark() != null || route.clientSocket().mark() != null) {
                kept.add(Capability.NET_ADMIN);
            }
        }
        return kept;
    }

    /**
     * Executes this program again with fewer rights, unless it already has no more; then returns. Nothing may be open yet:
     * what this process has begun ends.
     */
    public void restrict() throws CommandFailure, InterruptedException {
        try {
            if (RestrictedRestart.isDue(kept)) {
                // Its native library is unpacked by another thread, which must not be cut off.
                var unused = Engines.of(config.relay().engine());
                RestrictedRestart.execute(account, OPENING, kept);
            }
        } catch (IOException e) {
            throw cannotSwitch(e);
        }
    }

    /** From now on acts as that user, so that every path is opened with that user's rights; checks the log's directory. */
    public void act() throws CommandFailure {
        try {
            UserChange.act(account, OPENING);
        } catch (IOException e) {
            throw cannotSwitch(e);
        }
        System.setProperty("user.name", account.toString());
        Optional<String> problem = logProblem(config);
        if (problem.isPresent()) {
            throw new CommandFailure(ExitCode.CONFIGURATION, problem.get());
        }
    }

    /** Gives up root for good; everything is open. */
    public void become(ProxyServer service) throws CommandFailure, InterruptedException {
        try {
            UserChange.change(account, kept, service.relay().loops());
        } catch (IOException e) {
            throw cannotSwitch(e);
        }
    }

    private CommandFailure cannotSwitch(IOException e) {
        return new CommandFailure(
                ExitCode.RUNTIME,
                "user: finspect cannot switch to " + account + ": " + FileErrorText.of(e)
                        + ". Start it as that user, with the capabilities that the configuration needs.");
    }

    /** Pipes and terminals are not rotated. */
    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    /** One sentence for the start report. */
    String sentence() {
        String capabilities = kept.isEmpty()
                ? ", without capabilities"
                : "; its event loops keep "
                        + kept.stream().map(each -> "CAP_" + each).collect(Collectors.joining(", "));
        return "now runs as " + account + capabilities + "; from now on no program that it executes gains rights";
    }
}
