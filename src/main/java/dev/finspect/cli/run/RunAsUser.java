package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.privileges.Account;
import dev.finspect.kernel.privileges.Capability;
import dev.finspect.kernel.privileges.UserChange;
import dev.finspect.log.FileTrouble;
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
 * The user that finspect becomes once everything is open. What it needs of root's rights after that stays with the event
 * loops alone; mostly that is nothing.
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

    /** The one that the configuration names; empty where it names none, or this process is that user's already. */
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
                    "user: another user is possible on Linux alone, and where JNA's native library loads. Leave it out,"
                            + " and start finspect as that user.");
        }
        if (found instanceof Reading.Unavailable<Account> none) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "user: " + none.reason() + ". Name one that there is.");
        }
        Account account = ((Reading.Value<Account>) found).value();
        if (UserChange.needless(account)) {
            return Optional.empty();
        }
        if (!UserChange.possible()) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "user: only root can become " + account + ". Start finspect as root, or as " + account
                            + " and leave user out.");
        }
        return Optional.of(new RunAsUser(account, config));
    }

    /** What stays permitted after the change, for sockets that are opened then. */
    private static Set<Capability> kept(Config config) {
        Set<Capability> kept = EnumSet.noneOf(Capability.class);
        for (RouteSettings route : config.relay().routes()) {
            if (route.interception().keepClientAddress()) {
                kept.add(Capability.NET_RAW);
                kept.add(Capability.NET_BIND_SERVICE); // Clients have ports below 1024 as well.
            }
            if (route.upstreamSocket().mark() != null || route.clientSocket().mark() != null) {
                kept.add(Capability.NET_ADMIN);
            }
        }
        return kept;
    }

    /** Changes the user of this process; afterwards its log and its captures must still be able to go on. */
    public void become(ProxyServer service) throws CommandFailure, InterruptedException {
        // A pipe or a terminal is nobody's to put aside.
        Optional<Path> log = config.log().file().filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
        try {
            if (log.isPresent()) {
                Files.setAttribute(log.get(), "unix:uid", account.uid(), LinkOption.NOFOLLOW_LINKS);
            }
            UserChange.change(account, kept, service.relay().loops());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "user: finspect could not become " + account + ": " + FileTrouble.words(e)
                            + ". Start it as that user, with the capabilities that its configuration needs.");
        }
        System.setProperty("user.name", account.toString());
        if (log.isPresent()) {
            writable(log.get().toAbsolutePath().resolveSibling("."), "log.file", "put the log aside");
        }
        if (config.capture().save().isPresent()) {
            writable(config.capture().save().get().folder(), "capture.save", "save captures");
        }
    }

    /** For the start's report. */
    String sentence() {
        return "runs as " + account + " from now on"
                + (kept.isEmpty()
                        ? ", without any capability"
                        : "; of root's capabilities its event loops keep "
                                + kept.stream().map(each -> "CAP_" + each).collect(Collectors.joining(", ")));
    }

    private void writable(Path folder, String key, String what) throws CommandFailure {
        if (!Files.isWritable(folder)) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    key + ": user " + account + " may not write to " + folder.normalize()
                            + ", so that finspect could not " + what + ". Give it a folder of that user's.");
        }
    }
}
