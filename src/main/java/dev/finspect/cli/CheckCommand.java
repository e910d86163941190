package dev.finspect.cli;

import dev.finspect.cli.config.AddressConflicts;
import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigException;
import dev.finspect.cli.config.ConfigProblem;
import dev.finspect.cli.config.ConfigSource;
import dev.finspect.cli.config.KeptAddresses;
import dev.finspect.cli.config.ResolvedUpstreams;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.RunAsUser;
import dev.finspect.log.json.JsonRows;
import dev.finspect.relay.RouteSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks a configuration and reports every error in it. */
@Command(
        name = "check",
        header = "Check a configuration: prints FILE:LINE:COL, the error and how to fix it.",
        description = {"", "Opens no port and starts nothing. FINSPECT_... variables apply as they do in 'run'."},
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect check -c config/finspect.yaml", "  finspect check -c config/finspect.yaml --resolve"})
final class CheckCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration file (default: FINSPECT_CONFIG).")
    private @Nullable Path file;

    @Option(names = "--resolve", description = "Also resolve the upstreams' names; fail if one has no address.")
    private boolean resolve;

    @Option(
            names = {"-o", "--output"},
            paramLabel = OutputFormat.LABEL,
            description = "How to print the routes: text (default), table, json, ndjson.")
    private OutputFormat output = OutputFormat.TEXT;

    CheckCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Config config = new ConfigSource(context).fromFile(file);
        List<ConfigProblem> problems = new ArrayList<>();
        RunAsUser.problem(config).ifPresent(problems::add);
        if (resolve) {
            ResolvedUpstreams resolved = ResolvedUpstreams.of(config);
            problems.addAll(resolved.problems(config));
            problems.addAll(AddressConflicts.of(config, resolved::addresses));
            problems.addAll(KeptAddresses.problems(config, resolved::addresses));
        }
        if (!problems.isEmpty()) {
            throw ConfigException.conflict(problems);
        }
        List<RouteSettings> routes = config.relay().routes();
        switch (output) {
            case TEXT -> routes.forEach(route -> context.out().println(line(route)));
            case TABLE ->
                routes.forEach(route ->
                        context.out().printf("%-20s %-30s %s%n", route.name(), listeners(route), upstreams(route)));
            case JSON ->
                context.out()
                        .println(JsonRows.of(
                                routes.stream().map(CheckCommand::row).toList()));
            case NDJSON ->
                context.out()
                        .print(JsonRows.lines(
                                routes.stream().map(CheckCommand::row).toList()));
        }
        return ExitCode.OK.code();
    }

    private static Map<String, String> row(RouteSettings route) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("route", route.name());
        row.put("listen", listeners(route));
        row.put("upstream", upstreams(route));
        return row;
    }

    private static String listeners(RouteSettings route) {
        return route.listen().stream().map(Addresses::shown).collect(Collectors.joining(", "));
    }

    private static String upstreams(RouteSettings route) {
        return route.upstreams().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** One route as a line: {@code db: 127.0.0.1:15432 -> 127.0.0.1:5432}. */
    static String line(RouteSettings route) {
        return route.name() + ": " + listeners(route) + " -> " + upstreams(route);
    }
}
