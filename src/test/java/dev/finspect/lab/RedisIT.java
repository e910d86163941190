package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsPrograms({"redis-server", "redis-cli", "redis-benchmark"})
final class RedisIT {
    private static final int VALUE_BYTES = 5_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void redisCliAndRedisBenchmark(String engine) throws IOException {
        int port = Background.freePort();
        List<String> server = List.of(
                Programs.path("redis-server"), "--port", String.valueOf(port), "--bind", "127.0.0.1", "--save", "");
        try (LabFolder folder = new LabFolder();
                Background redis =
                        Background.start(folder.path("redis.log"), server).listeningOn(port);
                ProxyProcess proxy = ProxyProcess.start(folder, engine, port)) {
            String value = "finspect".repeat(VALUE_BYTES / 8);
            long before = connections(port);

            assertThat(cli(proxy.port(), folder, "-x", "set", "big", "<", value))
                    .isEqualTo("OK\n");
            assertThat(cli(proxy.port(), folder, "--raw", "get", "big")).isEqualTo(value + "\n");
            String benchmark = Program.of(
                            Programs.path("redis-benchmark"),
                            "-p",
                            String.valueOf(proxy.port()),
                            "-n",
                            "20000",
                            "-c",
                            "50",
                            "-t",
                            "ping,set,get",
                            "-q")
                    .succeed()
                    .text();
            assertThat(benchmark).contains("SET:", "GET:").doesNotContain("Error");

            // The question itself was one more.
            long connections = connections(port) - before - 1;
            assertThat(redis.process().isAlive()).isTrue();
            assertThat(connections).isGreaterThan(150);
            proxy.stop().number(connections).allDelivered();
        }
    }

    private static long connections(int port) {
        String stats = Program.of(Programs.path("redis-cli"), "-p", String.valueOf(port), "info", "stats")
                .succeed()
                .text();
        return stats.lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    /** Runs redis-cli; what follows {@code <} goes to its standard input. */
    private static String cli(int port, LabFolder folder, String... words) throws IOException {
        List<String> all = List.of(words);
        int input = all.indexOf("<");
        List<String> command = new ArrayList<>(List.of(Programs.path("redis-cli"), "-p", String.valueOf(port)));
        command.addAll(input < 0 ? all : all.subList(0, input));
        Program program = Program.of(command);
        if (input >= 0) {
            program.input(folder.file("input", all.get(input + 1)));
        }
        return program.succeed().text();
    }
}
