package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.privileges.Account;
import dev.finspect.kernel.privileges.Capability;
import dev.finspect.kernel.privileges.UserChange;
import dev.finspect.log.FileErrorText;
import dev.finspect.relay.RouteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The user that finspect switches to once everything is open. Only the event loops keep the capabilities that the
 * configuration still needs; usually none.
 */
public final class RunAsUser {
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
        String text = config.user().get();
        Reading<Account> found;
        try {
            found = Account.of(text);
        } catch (LinkageError e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "user: finspect can switch users only on Linux, and only if JNA's native library loads. Remove the"
                            + " setting, and start finspect as that user.");
        }
        if (found instanceof Reading.Unavailable<Account> none) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "user: " + none.reason() + ". Name an existing user.");
        }
        Account account = ((Reading.Value<Account>) found).value();
        if (UserChange.needless(account)) {
            return Optional.empty();
        }
        if (!UserChange.possible()) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "user: only root can switch to " + account + ". Start finspect as root, or as " + account
                            + " without this setting.");
        }
        return Optional.of(new RunAsUser(account, config));
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

    /** Switches the user of this process, and checks that it can still write its log and captures. */
    public void become(ProxyServer service) throws CommandFailure, InterruptedException {
        // Pipes and terminals are not rotated.
        Optional<Path> log = config.log().file().filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
        try {
            if (log.isPresent()) {
                Files.setAttribute(log.get(), "unix:uid", account.uid(), LinkOption.NOFOLLOW_LINKS);
            }
            UserChange.change(account, kept, service.relay().loops());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "user: finspect cannot switch to " + account + ": " + FileErrorText.of(e)
                            + ". Start it as that user, with the capabilities that the configuration needs.");
        }
        System.setProperty("user.name", account.toString());
        if (log.isPresent()) {
            writable(log.get().toAbsolutePath().resolveSibling("."), "log.file", "rotate the log");
        }
        if (config.capture().save().isPresent()) {
            writable(config.capture().save().get().folder(), "capture.save", "save captures");
        }
    }

    /** One sentence for the start report. */
    String sentence() {
        return "now runs as " + account
                + (kept.isEmpty()
                        ? ", without capabilities"
                        : "; its event loops keep "
                                + kept.stream().map(each -> "CAP_" + each).collect(Collectors.joining(", ")));
    }

    private void writable(Path folder, String key, String what) throws CommandFailure {
        if (!Files.isWritable(folder)) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    key + ": user " + account + " may not write to " + folder.normalize() + ", so finspect could not "
                            + what + ". Use a directory that this user can write to.");
        }
    }
}
