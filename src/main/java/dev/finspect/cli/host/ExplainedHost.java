package dev.finspect.cli.host;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.kernel.sockets.SocketOwners;
import dev.finspect.log.json.JsonExplanation;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.anonymous.Anonymiser;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.HostText;
import dev.finspect.session.filter.RecordFilter;
import dev.finspect.session.host.HostPrograms;
import dev.finspect.session.host.HostSession;
import dev.finspect.session.host.HostSessions;
import dev.finspect.tcp.HumanUnits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Explains the connections of this host that do not go on. */
public final class ExplainedHost {
    /** Such a word is an ID: those of sockets begin with a digit, and no word of a filter does. */
    private static final String ID = "[0-9][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{5,19}";

    private final ProcessContext context;
    private final @Nullable Duration after;
    private final @Nullable Anonymiser anonymiser;
    private final SocketOwners owners = new SocketOwners();
    private final Map<Long, HostPrograms.Holding> programs = new HashMap<>();
    private int unnamed;

    /** {@code after} counts as hung what lasts so long, silence too; null for what moved in neither reading. */
    public ExplainedHost(ProcessContext context, @Nullable Duration after, boolean anonymise) {
        this.context = context;
        this.after = after;
        this.anonymiser = anonymise ? new Anonymiser() : null;
    }

    /**
     * What is wanted.
     *
     * @param choice of connections, by what was found of them
     * @param pid only connections of this process; null for all
     * @param all whether a connection of every cause is explained
     */
    public record Wanted(
            Predicate<SessionRecord> choice, @Nullable Long pid, boolean all, OutputFormat format, boolean colour) {}

    /**
     * Understands which connections are wanted.
     *
     * @param filter terms, or the first letters of an ID; empty for all
     * @param port at either end; null for any
     */
    public static Predicate<SessionRecord> choice(String filter, @Nullable Integer port)
            throws RecordFilter.Misunderstood {
        RecordFilter ofPort = RecordFilter.of(port == null ? "" : "port:" + port);
        if (filter.matches(ID)) {
            String id = filter.toUpperCase(Locale.ROOT);
            return record -> ofPort.test(record) && record.identity().id().startsWith(id);
        }
        RecordFilter terms = RecordFilter.of(filter);
        return record -> ofPort.test(record) && terms.test(record);
    }

    /** Prints the explanations and returns the ids of the findings. */
    public Set<String> show(Wanted wanted) throws CommandFailure {
        Set<Long> ofProcess = wanted.pid == null ? null : sockets(wanted.pid);
        HostReadings readings = HostReadings.take();
        HostSessions.Found found =
                new HostSessions(this::program, after).examine(readings.first(), readings.second(), ofProcess);
        List<HostText.Row> rows = found.sessions().stream()
                .filter(each -> wanted.choice.test(each.record()))
                .map(this::row)
                .sorted(HostText.Row.WORST_FIRST)
                .toList();
        List<HostText.Unseen> unseen = new ArrayList<>(readings.unseen());
        if (unnamed > 0) {
            boolean isDenied = owners.denied(System.nanoTime()) > 0;
            unseen.add(new HostText.Unseen(
                    "the programs of " + HumanUnits.count(unnamed, "socket")
                            + (isDenied ? " of other users" : ", which run in another container or PID namespace"),
                    isDenied ? "the same user, root, or CAP_SYS_PTRACE" : "a finspect on the host itself"));
        }
        HostText.Scope scope =
                new HostText.Scope(found.connections(), readings.second().size(), readings.apartNanos(), unseen);
        print(rows, scope, wanted);
        context.out().flush();
        return rows.stream()
                .flatMap(row -> row.explanation().standing())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private HostText.Row row(HostSession session) {
        Anonymiser other = anonymiser;
        HostSession shown = other == null ? session : session.with(other.record(session.record()));
        return new HostText.Row(shown.explanation(), other == null ? session.program() : "");
    }

    private void print(List<HostText.Row> rows, HostText.Scope scope, Wanted wanted) {
        List<Explanation> explanations =
                rows.stream().map(HostText.Row::explanation).toList();
        switch (wanted.format) {
            case TEXT -> print(HostText.of(rows, scope, wanted.all, wanted.colour));
            case TABLE -> print(HostText.table(rows, scope, wanted.colour));
            case JSON -> print(new String(JsonExplanation.ofHost(explanations, scope), StandardCharsets.UTF_8));
            case NDJSON -> {
                JsonExplanation json = new JsonExplanation();
                explanations.forEach(each -> print(new String(json.one(each), StandardCharsets.UTF_8)));
            }
        }
    }

    private void print(String text) {
        context.out().print(anonymiser == null ? text : anonymiser.text(text));
    }

    private static Set<Long> sockets(long pid) throws CommandFailure {
        Path process = Path.of("/proc", Long.toString(pid));
        if (!Files.isDirectory(process)) {
            throw new CommandFailure(ExitCode.RUNTIME, "there is no process " + pid + " on this host.");
        }
        if (!Files.isReadable(process.resolve("fd"))) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "the sockets of process " + pid
                            + " cannot be seen: it is another user's. Needs the same user, root, or CAP_SYS_PTRACE.");
        }
        return SocketOwners.of(pid);
    }

    private HostPrograms.Holding program(long inode) {
        return programs.computeIfAbsent(inode, this::lookUp);
    }

    private HostPrograms.Holding lookUp(long inode) {
        SocketOwners.Search search = owners.listed(inode, System.nanoTime());
        var program = search.program();
        if (program == null) {
            unnamed++;
            String reason = search.reason();
            return HostPrograms.Holding.unseen(reason == null ? "" : reason);
        }
        return new HostPrograms.Holding(
                program.processId(), program.name(), owners.state(program.processId(), System.nanoTime()), null);
    }
}
