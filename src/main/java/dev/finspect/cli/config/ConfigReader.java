package dev.finspect.cli.config;

import dev.finspect.log.LogSettings;
import dev.finspect.metrics.OtlpSettings;
import dev.finspect.relay.AdmissionLimits;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.RelaySettings;
import dev.finspect.relay.RouteSettings;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.wire.filter.FilterMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads a complete configuration from a file or from flags, and reports all its problems at once. */
public final class ConfigReader {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration DEFAULT_SAVE_AGE = Duration.ofDays(7);
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);
    private static final Duration DEFAULT_PROGRESS = Duration.ofSeconds(60);
    private static final long MIB = 1 << 20;
    private static final long DEFAULT_WARM_UP = 0;
    private static final Syntax<Long> WARM_UP =
            text -> text.equals("off") ? 0L : Scalars.number(0, 100_000).parse(text);
    /** A file's path. */
    static final Syntax<Path> FILE = text -> {
        try {
            return Path.of(text);
        } catch (java.nio.file.InvalidPathException e) {
            throw new InvalidValueException(Scalars.quoted(text) + " is not a path", "Write a file name.");
        }
    };

    private enum WhenFull {
        WAIT,
        REJECT
    }

    private final ReadContext reading;
    private final Section root;
    private final boolean routesNeeded;
    private DiagnosisSettings diagnosis = DiagnosisSettings.STANDARD;

    private ConfigReader(ReadContext reading, Tree.Keys root) {
        this(reading, root, true);
    }

    private ConfigReader(ReadContext reading, Tree.Keys root, boolean routesNeeded) {
        this.routesNeeded = routesNeeded;
        this.reading = reading;
        this.root = new Section(reading, "", "", root.location(), root.entries());
    }

    /** The configuration in this file. */
    public static Config ofFile(Path file, Overrides overrides) throws ConfigException {
        return ofText(file.toString(), ConfigFile.text(file), overrides);
    }

    /** The configuration in this text, read from {@code origin}. */
    static Config ofText(String origin, String text, Overrides overrides) throws ConfigException {
        ReadContext reading = new ReadContext(overrides);
        return new ConfigReader(reading, keys(origin, text, reading)).config();
    }

    /** The settings of a watch, in this file or in the overrides alone: a configuration without routes, those of a file apart. */
    public static WatchConfig ofWatch(Optional<Path> file, Overrides overrides) throws ConfigException {
        ReadContext reading = new ReadContext(overrides);
        Tree.Keys keys = file.isPresent()
                ? keys(file.get().toString(), ConfigFile.text(file.get()), reading)
                : new Tree.Keys(Location.of("watch"), Map.of());
        ConfigReader reader = new ConfigReader(reading, keys, false);
        Config config = reader.config();
        return new WatchConfig(config, reader.diagnosis);
    }

    private static Tree.Keys keys(String origin, String text, ReadContext reading) throws ConfigException {
        Tree tree = YamlReader.read(origin, text, reading.problems).orElse(null);
        if (tree instanceof Tree.Keys keys) {
            return keys;
        }
        if (reading.problems.isEmpty()) {
            reading.report(
                    new Location(origin, 1, 1),
                    tree == null ? "the file has no settings" : "the file does not consist of 'key: value' lines",
                    "Start with 'routes:'; see config/finspect.yaml for an example.");
        }
        throw new ConfigException(reading.problems);
    }

    /** A configuration of one route, given by flags or variables; all other settings come from the overrides. */
    public static Config ofRoute(
            Located<String> name, List<Located<String>> listen, List<Located<String>> upstreams, Overrides overrides)
            throws ConfigException {
        Location location = listen.get(0).location();
        Map<String, Tree.Entry> route = new LinkedHashMap<>();
        route.put("name", new Tree.Entry(name.location(), text(name)));
        route.put("listen", new Tree.Entry(location, texts(location, listen)));
        route.put("upstream", new Tree.Entry(location, texts(location, upstreams)));
        Tree routes = new Tree.Items(location, List.of(new Tree.Keys(location, route)));
        Tree.Keys root = new Tree.Keys(location, Map.of("routes", new Tree.Entry(location, routes)));
        return new ConfigReader(new ReadContext(overrides), root).config();
    }

    /** All keys of a configuration, such as {@code routes[].listen}, in alphabetical order. */
    public static Set<String> knownPaths() {
        Location location = new Location("", 1, 1);
        ReadContext reading = new ReadContext(new Overrides(Map.of()));
        Tree route = new Tree.Items(location, List.of(new Tree.Keys(location, Map.of())));
        new ConfigReader(reading, new Tree.Keys(location, Map.of("routes", new Tree.Entry(location, route)))).read();
        return reading.askedPaths;
    }

    private Config config() throws ConfigException {
        Config config = read();
        if (!reading.problems.isEmpty()) {
            throw new ConfigException(reading.problems.stream()
                    .sorted(java.util.Comparator.comparing(ConfigProblem::location))
                    .toList());
        }
        List<ConfigProblem> collisions = new ArrayList<>(AddressConflicts.of(config));
        collisions.addAll(KeptAddresses.problems(config, AddressConflicts::withoutLookUp));
        if (!collisions.isEmpty()) {
            throw ConfigException.conflict(collisions);
        }
        return config;
    }

    /** The settings, with defaults for those that have problems. */
    private Config read() {
        Config.Admin admin = AdminReader.read(root);
        Section logSection = root.section("log");
        Config.Log log = log(logSection);
        Optional<Duration> progress = logSection.value(
                "progress_interval",
                Scalars.duration(Duration.ofSeconds(1), DAY).orOff(),
                Optional.of(DEFAULT_PROGRESS));
        logSection.end();
        Optional<OtlpSettings> otlp = OtlpReader.read(root);
        Section limits = root.section("limits");
        Optional<Long> sessions =
                limits.value("sessions", Scalars.number(1, 10_000_000).orOff(), Optional.empty());
        WhenFull whenFull = limits.value("when_full", Scalars.choice(WhenFull.class), WhenFull.WAIT);
        long heldBytes = limits.value("held_bytes", Scalars.size(MIB, 1024 * 1024 * MIB), 32 * MIB);
        Optional<Long> perClient =
                limits.value("per_client", Scalars.number(1, 10_000_000).orOff(), Optional.empty());
        Optional<Long> unspoken =
                limits.value("unspoken", Scalars.number(1, 10_000_000).orOff(), Optional.empty());
        limits.end();
        Syntax<Long> loopCount =
                text -> text.equals("auto") ? 0L : Scalars.number(1, 256).parse(text);
        long loops = root.value("loops", loopCount, 0L);
        EngineChoice engine = root.value("engine", Scalars.choice(EngineChoice.class), EngineChoice.AUTO);
        boolean splice = root.value("splice", Scalars.BOOLEAN, true);
        Optional<Located<String>> user = root.located("user", Scalars.USER);
        Duration drain = root.value("drain", Scalars.duration(Duration.ZERO, DAY), DEFAULT_DRAIN);
        Duration drainDelay = root.value("drain_delay", Scalars.duration(Duration.ZERO, DAY), Duration.ZERO);
        long warmUp = root.value("warm_up", WARM_UP, DEFAULT_WARM_UP);
        long history = root.value("history", Scalars.number(0, 1_000_000), 1000L);
        Section captureSection = root.sectionOrOff("capture");
        Optional<Located<FilterMode>> mode = captureSection.located("mode", Scalars.choice(FilterMode.class));
        long ring = captureSection.value("ring", Scalars.size(MIB, 1024 * MIB), 8 * MIB);
        Optional<Path> folder = captureSection.optional("save", FILE);
        long saveSize = captureSection.value("save_size", Scalars.size(MIB, 1024 * 1024 * MIB), 100 * MIB);
        Optional<Duration> saveAge = captureSection.value(
                "save_age",
                Scalars.duration(Duration.ofMinutes(1), Duration.ofDays(3650)).orOff(),
                Optional.of(DEFAULT_SAVE_AGE));
        KernelTraceChoice trace =
                captureSection.value("kernel_trace", Scalars.choice(KernelTraceChoice.class), KernelTraceChoice.OFF);
        captureSection.end();
        List<Config.RouteLocations> locations = new ArrayList<>();
        List<Optional<FilterMode>> modes = new ArrayList<>();
        diagnosis = DiagnosisReader.read(root, DiagnosisSettings.STANDARD);
        List<RouteSettings> routes = routes(locations, modes);
        FilterMode standard =
                mode.map(Located::value).orElse(root.off("capture") ? FilterMode.OFF : FilterMode.LIFECYCLE);
        Config.Capture capture = new Config.Capture(
                modes.stream().map(m -> m.orElse(standard)).toList(),
                mode.isPresent() || modes.stream().anyMatch(Optional::isPresent),
                (int) ring,
                folder.map(path -> new Config.Save(path, saveSize, saveAge)),
                trace);
        root.end();
        RelaySettings relay = new RelaySettings(
                        routes,
                        engine,
                        (int) loops,
                        optionalInt(sessions),
                        whenFull == WhenFull.REJECT,
                        heldBytes,
                        splice,
                        progress.orElse(null))
                .with(new AdmissionLimits(optionalInt(perClient), optionalInt(unspoken)));
        return new Config(
                admin,
                log,
                otlp,
                relay,
                user,
                drain,
                drainDelay,
                (int) history,
                capture,
                (int) warmUp,
                List.copyOf(locations));
    }

    private static OptionalInt optionalInt(Optional<Long> number) {
        return number.map(n -> OptionalInt.of(n.intValue())).orElse(OptionalInt.empty());
    }

    private static Config.Log log(Section section) {
        return new Config.Log(
                section.optional("format", Scalars.choice(Config.Log.Format.class)),
                section.optional("file", FILE),
                section.value("max_size", Scalars.size(64 << 10, 1024 * 1024 * MIB), 64 * MIB),
                section.value("keep", Scalars.number(0, 1000), 5L).intValue(),
                section.value("mode", Scalars.FILE_MODE, LogSettings.DEFAULT_MODE),
                LinesReader.read(section));
    }

    private List<RouteSettings> routes(List<Config.RouteLocations> locations, List<Optional<FilterMode>> modes) {
        List<RouteSettings> routes = new ArrayList<>();
        Map<String, Location> names = new LinkedHashMap<>();
        int before = reading.problems.size();
        for (Section section : root.sections("routes")) {
            RouteReader route = new RouteReader(section);
            routes.add(route.settings(names, diagnosis));
            locations.add(route.locations());
            modes.add(route.capture());
        }
        if (routesNeeded && routes.isEmpty() && reading.problems.size() == before) {
            reading.report(
                    root.location(),
                    "there is no route",
                    "Add 'routes:' with a name, listen and upstream; see config/finspect.yaml for an example.");
        }
        return List.copyOf(routes);
    }

    private static Tree text(Located<String> text) {
        return new Tree.Text(text.location(), text.value(), false);
    }

    private static Tree texts(Location location, List<Located<String>> texts) {
        return new Tree.Items(location, texts.stream().map(ConfigReader::text).toList());
    }
}
