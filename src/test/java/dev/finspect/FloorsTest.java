package dev.finspect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The floors: each may use only those below it. */
@AnalyzeClasses(packages = "dev.finspect", importOptions = ImportOption.DoNotIncludeTests.class)
final class FloorsTest {
    private static final String ROOT = "dev.finspect.";
    private static final String[] PURE = {
        ROOT + "tcp..",
        ROOT + "wire..",
        ROOT + "lifecycle..",
        ROOT + "record..",
        ROOT + "diagnose..",
        ROOT + "session.."
    };
    private static final String[] ADAPTERS = {
        ROOT + "relay..", ROOT + "kernel..", ROOT + "log..", ROOT + "metrics..", ROOT + "admin.."
    };

    @ArchTest
    static final ArchRule each_floor_uses_only_those_below = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("tcp")
            .definedBy(ROOT + "tcp..")
            .layer("wire")
            .definedBy(ROOT + "wire..")
            .layer("lifecycle")
            .definedBy(ROOT + "lifecycle..")
            .layer("record")
            .definedBy(ROOT + "record..")
            .layer("diagnose")
            .definedBy(ROOT + "diagnose..")
            .layer("session")
            .definedBy(ROOT + "session..")
            .layer("adapters")
            .definedBy(ADAPTERS)
            .layer("cli")
            .definedBy(ROOT + "cli..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("adapters")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("adapters", "cli")
            .whereLayer("diagnose")
            .mayOnlyBeAccessedByLayers("session", "adapters", "cli")
            .whereLayer("record")
            .mayOnlyBeAccessedByLayers("diagnose", "session", "adapters", "cli")
            .whereLayer("lifecycle")
            .mayOnlyBeAccessedByLayers("record", "diagnose", "session", "adapters", "cli")
            .whereLayer("wire")
            .mayOnlyBeAccessedByLayers("lifecycle", "record", "diagnose", "session", "adapters", "cli");

    @ArchTest
    static final ArchRule adapters_never_import_one_another = slices().matching(ROOT + "(*)..")
            .namingSlices("$1")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(inFloors("tcp", "wire", "lifecycle", "record", "diagnose", "session"), any())
            .ignoreDependency(any(), inFloors("tcp", "wire", "lifecycle", "record", "diagnose", "session"))
            .ignoreDependency(inFloors("cli"), any());

    @ArchTest
    static final ArchRule engines_do_not_name_each_other = slices().matching(ROOT + "relay.(epoll|nio)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule the_relay_names_no_engine = noClasses()
            .that()
            .resideInAPackage(ROOT + "relay..")
            .and()
            .resideOutsideOfPackages(ROOT + "relay.epoll..", ROOT + "relay.nio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "relay.epoll..", ROOT + "relay.nio..");

    @ArchTest
    static final ArchRule pure_floors_import_only_the_language = classes()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(concat(
                    PURE,
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.nio",
                    "java.nio.charset",
                    "java.net",
                    "com.google.auto.service",
                    "org.jspecify.."));

    @ArchTest
    static final ArchRule pure_floors_open_no_sockets_and_read_no_clock = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod("java.time.Instant", "now")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(Server)?Socket|java\\.net\\.(URL|URLConnection|DatagramSocket)");

    @ArchTest
    static final ArchRule netty_lives_in_relay_and_admin = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "relay..", ROOT + "admin..", ROOT + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule jna_lives_in_kernel = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule micrometer_lives_in_metrics = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.prometheus..");

    @ArchTest
    static final ArchRule picocli_lives_in_cli = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "org.snakeyaml..");

    @ArchTest
    static final ArchRule jackson_lives_in_log_and_admin = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "log..", ROOT + "admin..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> inFloors(
            String... floors) {
        String[] packages =
                java.util.Arrays.stream(floors).map(f -> ROOT + f + "..").toArray(String[]::new);
        return com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(packages);
    }

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> any() {
        return com.tngtech.archunit.base.DescribedPredicate.alwaysTrue();
    }

    private static String[] concat(String[] first, String... more) {
        String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }
}
