package dev.finspect;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Packages do not depend on one another in circles, and inside a package at most two types do. */
@AnalyzeClasses(packages = "dev.finspect", importOptions = ImportOption.DoNotIncludeTests.class)
final class CyclesTest {
    private static final int MOST_TYPES_IN_A_CYCLE = 2;

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.finspect.(**)").should().beFreeOfCycles();

    @ArchTest
    static void at_most_two_types_of_a_package_depend_on_each_other_in_a_circle(JavaClasses classes) {
        Map<String, Set<String>> uses = usesInsidePackages(classes);
        List<Set<String>> cycles = uses.keySet().stream()
                .map(type -> cycleOf(type, uses))
                .filter(cycle -> cycle.size() > MOST_TYPES_IN_A_CYCLE)
                .distinct()
                .toList();

        assertThat(cycles).as("cycles of more than two types").isEmpty();
    }

    @ArchTest
    static void a_simple_name_means_one_type(JavaClasses classes) {
        Map<String, List<String>> packages = classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        Collectors.mapping(JavaClass::getPackageName, Collectors.toList())));
        packages.values().removeIf(all -> all.size() == 1);

        assertThat(packages).as("simple names of several types").isEmpty();
    }

    /** The top-level types of the same package that each top-level type uses; a sealed type may name its subtypes. */
    private static Map<String, Set<String>> usesInsidePackages(JavaClasses classes) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass each : classes) {
            JavaClass from = topLevel(each);
            Set<String> subtypes = permittedSubtypes(from);
            each.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> topLevel(dependency.getTargetClass()))
                    .filter(to -> to.getPackageName().equals(from.getPackageName()) && !to.equals(from))
                    .map(JavaClass::getName)
                    .filter(to -> !subtypes.contains(to))
                    .forEach(to -> uses.computeIfAbsent(from.getName(), type -> new TreeSet<>())
                            .add(to));
        }
        return uses;
    }

    private static JavaClass topLevel(JavaClass type) {
        JavaClass outer = type.getBaseComponentType();
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }

    private static Set<String> permittedSubtypes(JavaClass type) {
        Class<?>[] permitted = type.reflect().getPermittedSubclasses();
        return permitted == null
                ? Set.of()
                : Arrays.stream(permitted).map(Class::getName).collect(Collectors.toSet());
    }

    /** The types that this type uses directly or indirectly, and that use it in the same way; with itself. */
    private static Set<String> cycleOf(String type, Map<String, Set<String>> uses) {
        Set<String> cycle = new TreeSet<>();
        for (String reached : reachable(type, uses)) {
            if (reachable(reached, uses).contains(type)) {
                cycle.add(reached);
            }
        }
        return cycle;
    }

    private static Set<String> reachable(String type, Map<String, Set<String>> uses) {
        Set<String> reached = new HashSet<>();
        List<String> left = new ArrayList<>(uses.getOrDefault(type, Set.of()));
        while (!left.isEmpty()) {
            String next = left.remove(left.size() - 1);
            if (reached.add(next)) {
                left.addAll(uses.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }
}
