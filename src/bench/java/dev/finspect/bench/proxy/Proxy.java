package dev.finspect.bench.proxy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A contender: how it is named, configured and started. */
public interface Proxy {
    /** The name in the tables, also the one that the command line takes. */
    String name();

    /** How it is set up here, in a few words for the reader of the figures. */
    String setting();

    /** Why it cannot run here, with the package that provides it; empty if it can. */
    Optional<String> obstacle();

    /** The text of its configuration file; empty if it is configured by its command alone. */
    String configuration(Route route);

    /**
     * The command that runs it in the foreground.
     *
     * @param configuration the file that holds {@link #configuration}
     */
    List<String> command(Route route, Path configuration);

    /** Whether clients connect to the service itself, so that nothing is started and no CPU is read. */
    default boolean isDirect() {
        return false;
    }

    /** Whether it differs from another contender in bulk alone, and so is measured there alone. */
    default boolean bulkOnly() {
        return false;
    }

    /** Whether it writes a line of JSON for each session to its standard output, so that fewer are a failure. */
    default boolean writesRecords() {
        return false;
    }

    /**
     * Whether clients connect to the service's address and yet reach it, by rules of the kernel: then it needs a network in
     * which they pass its host, and that to itself while it runs.
     */
    default boolean intercepts() {
        return false;
    }

    /** The commands that set those rules, in order. */
    default List<List<String>> interception(Route route) {
        return List.of();
    }

    /** The commands that take them back. */
    default List<List<String>> passingBy(Route route) {
        return List.of();
    }

    /** A command that makes once what its starts use, for some minutes at most; empty if there is none. */
    default List<String> preparation() {
        return List.of();
    }

    /** A command that succeeds once it is ready for load; empty if it is as soon as it listens. */
    default List<String> readyCommand() {
        return List.of();
    }

    /** The command that prints its version; empty if it has none. */
    default List<String> versionCommand() {
        return List.of();
    }
}
