package dev.finspect.bench.proxy;

import dev.finspect.relay.Interception.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * finspect on the router between clients and service, its rules set by its own command: by REDIRECT, or by TPROXY with the
 * clients' addresses and ports kept.
 */
public final class Intercepting implements Proxy {
    private final Mode mode;
    private final Path launcher;
    private final List<String> moreArguments;

    /**
     * One of a mode.
     *
     * @param launcher the script that users start
     * @param moreArguments added to the command
     */
    public Intercepting(Mode mode, Path launcher, List<String> moreArguments) {
        this.mode = mode;
        this.launcher = launcher.toAbsolutePath();
        this.moreArguments = List.copyOf(moreArguments);
    }

    private String word() {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String name() {
        return Finspect.NAME + "-" + word();
    }

    @Override
    public String setting() {
        String kept = mode == Mode.TPROXY ? ", clients' addresses and ports kept" : "";
        return "mode " + word() + kept + ", records to a file";
    }

    @Override
    public Optional<String> obstacle() {
        return new InstalledProgram("nft").obstacle("nftables");
    }

    @Override
    public String configuration(Route route) {
        return """
                routes:
                  - name: bench
                    listen: ":%d"
                    mode: %s
                    upstream: original
                    keep_client_address: %s
                    destinations: {ports: [%d]}
                """.formatted(route.listenPort(), word(), mode == Mode.TPROXY, route.upstreamPort());
    }

    @Override
    public List<String> command(Route route, Path configuration) {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "run", "-c", configuration.toString()));
        command.addAll(List.of("--log-format", "json"));
        command.addAll(moreArguments);
        return command;
    }

    @Override
    public boolean intercepts() {
        return true;
    }

    @Override
    public List<List<String>> interception(Route route) {
        return List.of(List.of(
                launcher.toString(),
                "intercept",
                "apply",
                "--mode",
                word(),
                "--port",
                String.valueOf(route.upstreamPort()),
                "--to",
                String.valueOf(route.listenPort())));
    }

    @Override
    public List<List<String>> passingBy(Route route) {
        return List.of(List.of(launcher.toString(), "intercept", "remove", "--force"));
    }

    @Override
    public boolean writesRecords() {
        return true;
    }

    @Override
    public List<String> versionCommand() {
        return List.of(launcher.toString(), "--version");
    }
}
