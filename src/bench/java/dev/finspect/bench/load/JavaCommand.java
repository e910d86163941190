package dev.finspect.bench.load;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command that runs a class of the benchmark in a JVM of its own, with this JVM's class path. */
final class JavaCommand {
    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmx256m", "-XX:-UsePerfData", "-Djava.net.preferIPv4Stack=true");

    private JavaCommand() {}

    static List<String> of(Class<?> mainClass, Object... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> head = List.of(java, "-cp", absolute(System.getProperty("java.class.path")));
        Stream<String> tail = Stream.concat(
                Stream.of(mainClass.getName()), Stream.of(arguments).map(Object::toString));
        return Stream.of(head.stream(), FLAGS.stream(), tail)
                .flatMap(part -> part)
                .toList();
    }

    /** The class path as it reads from any directory. */
    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
