package dev.finspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fences inside floors. Some types are public only because a sibling room needs them; no other package may use them, so that
 * what the other floors can use stays small.
 */
@AnalyzeClasses(packages = "dev.finspect", importOptions = ImportOption.DoNotIncludeTests.class)
final class FencesTest {
    private static final String ROOT = "dev.finspect.";

    /** A type, or a package for all its types, and the packages that may use it besides its own. */
    private static final Map<String, Set<String>> FENCES = Map.ofEntries(
            fence("diagnose.EvidenceList", "diagnose.finding", "diagnose.question"),
            fence("diagnose.catalogue.Contradiction", "diagnose.finding"),
            fence("diagnose.catalogue.LegFindingKind", "diagnose.finding"),
            fence("diagnose.catalogue.Overlap", "diagnose.finding"),
            fence("diagnose.catalogue.RuleEntry", "diagnose.finding"),
            fence("diagnose.catalogue.SessionStage", "diagnose.finding"),
            fence("diagnose.question", "diagnose.finding", "diagnose.reading", "session.explain", "session.feed"),
            fence("diagnose.words.Words", "diagnose.catalogue", "diagnose.finding"),
            fence("kernel.sockets.SocketTable", "kernel.probe"),
            fence("lifecycle.ByteRanges", "lifecycle.connection", "lifecycle.zeek"),
            fence("lifecycle.zeek.ZeekConnection", "lifecycle.connection"),
            fence("log.json.JsonBytes", "log.compact"),
            fence("log.line", "log", "log.compact", "log.json", "log.text"),
            fence("log.text.SessionTable", "log"),
            fence("relay.Admission", "relay.epoll", "relay.nio"),
            fence("relay.BindRefusal", "relay.epoll", "relay.nio"),
            fence("relay.Dialer", "relay.epoll", "relay.nio"),
            fence("relay.HeldBytes", "relay.epoll", "relay.nio"),
            fence("relay.KeepAlive", "relay.epoll", "relay.nio"),
            fence("relay.LegIo", "relay.epoll", "relay.nio"),
            fence("relay.ListenerChange", "relay.epoll", "relay.nio"),
            fence("relay.ListenerSet", "relay.epoll", "relay.nio"),
            fence("relay.LoopSessions", "relay.epoll", "relay.nio"),
            fence("relay.OwnAddresses", "relay.epoll", "relay.nio"),
            fence("relay.OwnDials", "relay.epoll", "relay.nio"),
            fence("relay.RelaySession", "relay.epoll", "relay.nio"),
            fence("relay.Route", "relay.epoll", "relay.nio"),
            fence("relay.SessionGate", "relay.epoll", "relay.nio"),
            fence("relay.WantedListener", "relay.epoll", "relay.nio"),
            fence("relay.WatchedIo", "relay.epoll", "relay.nio"),
            fence("relay.handover", "cli", "cli.run"),
            fence("relay.header", "relay", "relay.epoll", "relay.nio"),
            fence("session.LegCapture", "session.join", "session.live"),
            fence("session.kept.KeptSegment", "session.anonymous", "session.explain"),
            fence("session.live.LegClosing", "session.watch"),
            fence("session.live.LegTracker", "session.watch"),
            fence("session.live.UpstreamWay", "session.watch"),
            fence("session.watch.LineLimit", "session.passive"),
            fence("session.watch.PeerQuestions", "session.passive"),
            fence("session.watch.SessionFindings", "session.passive"),
            fence("session.watch.Snapshots", "session.file"),
            fence("wire.Ipv6Extension", "wire.packet"),
            fence("wire.KernelStates", "wire.diag"),
            fence("wire.TcpOptionsDecoder", "wire.packet"));

    @ArchTest
    static void only_the_named_packages_use_a_fenced_type(JavaClasses classes) {
        Set<String> violations = new TreeSet<>();
        for (JavaClass user : classes) {
            user.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> isOutside(user, dependency.getTargetClass()))
                    .forEach(dependency -> violations.add(dependency.getDescription()));
        }

        assertThat(violations).isEmpty();
    }

    @ArchTest
    static void every_fence_has_something_behind_it(JavaClasses classes) {
        Set<String> unknown = new TreeSet<>(FENCES.keySet());
        classes.forEach(type -> unknown.remove(fenceOf(type)));

        assertThat(unknown).isEmpty();
    }

    private static boolean isOutside(JavaClass user, JavaClass used) {
        Set<String> allowed = FENCES.get(fenceOf(used));
        return allowed != null
                && !user.getPackageName().equals(used.getPackageName())
                && !allowed.contains(user.getPackageName().replace(ROOT, ""));
    }

    private static String fenceOf(JavaClass type) {
        String top = type.getName().replace(ROOT, "").replaceFirst("\\$.*", "");
        return FENCES.containsKey(top) ? top : type.getPackageName().replace(ROOT, "");
    }

    private static Map.Entry<String, Set<String>> fence(String inside, String... users) {
        return Map.entry(inside, Set.of(users));
    }
}
