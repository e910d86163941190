package dev.finspect.bench.proxy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** No proxy at all: what the machine and the load could do. */
public final class Direct implements Proxy {
    @Override
    public String name() {
        return "direct";
    }

    @Override
    public String setting() {
        return "clients connect to the service itself";
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public String configuration(Route route) {
        return "";
    }

    @Override
    public List<String> command(Route route, Path configuration) {
        return List.of();
    }

    @Override
    public boolean isDirect() {
        return true;
    }
}
