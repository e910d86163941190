package dev.finspect.cli.config;

import dev.finspect.admin.AdminAccess;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the {@code admin} section: where the admin server listens, and who may ask it for what. */
final class AdminReader {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");

    private static final Syntax<String> OPEN_PATH = text -> {
        if (!AdminAccess.MAY_BE_OPEN.contains(text)) {
            throw new InvalidValueException(
                    Scalars.quoted(text) + " cannot be open to everyone",
                    "Write " + String.join(", ", new TreeSet<>(AdminAccess.MAY_BE_OPEN)) + ".");
        }
        return text;
    };

    private static final Syntax<String> HOST_NAME = text -> {
        if (!HOST.matcher(text).matches()) {
            throw new InvalidValueException(
                    Scalars.quoted(text) + " is not a host name", "Write a name without a port, for example finspect.");
        }
        return text.toLowerCase(Locale.ROOT);
    };

    private AdminReader() {}

    static Config.Admin read(Section root) {
        Section section = root.sectionOrOff("admin");
        Optional<Located<Optional<InetSocketAddress>>> listen = section.located("listen", Addresses.LISTEN.orOff());
        Optional<Path> token = section.optional("token_file", ConfigReader.FILE);
        Set<String> open = new LinkedHashSet<>(section.values("open", OPEN_PATH));
        Set<String> hosts = new LinkedHashSet<>(section.values("hosts", HOST_NAME));
        section.end();
        Config.AdminRights rights = new Config.AdminRights(token, open, hosts);
        if (listen.isEmpty()) {
            Config.Admin standard = Config.Admin.standard(section.location());
            return root.off("admin")
                    ? new Config.Admin(Optional.empty(), true, rights, section.location())
                    : new Config.Admin(standard.listen(), false, rights, section.location());
        }
        Optional<InetSocketAddress> address = listen.get().value();
        boolean beyond = address.isPresent() && !address.get().getAddress().isLoopbackAddress();
        if (beyond && token.isEmpty()) {
            section.report(
                    listen.get().location(),
                    "the admin server would be reachable from other machines without a token",
                    "Set admin.token_file to a file with a token, or use 127.0.0.1 or [::1], for example 127.0.0.1:"
                            + address.get().getPort() + ".");
        }
        return new Config.Admin(address, true, rights, listen.get().location());
    }
}
