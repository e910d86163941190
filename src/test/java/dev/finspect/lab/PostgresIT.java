package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsPrograms({"psql", "pgbench", "initdb", "postgres", "setpriv"})
final class PostgresIT {
    private static final String MANY_ROWS = "select n, repeat(md5(n::text), 20) from generate_series(1, 30000) n";

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void psqlAndPgbench(String engine) throws IOException {
        try (LabFolder folder = new LabFolder();
                PostgresServer postgres = new PostgresServer(folder);
                ProxyProcess proxy = ProxyProcess.start(folder, engine, postgres.port())) {
            byte[] direct = psql(postgres.port(), MANY_ROWS);
            long directConnections = postgres.connections();
            assertThat(directConnections).isEqualTo(1);

            assertThat(psql(proxy.port(), MANY_ROWS)).isEqualTo(direct);
            pgbench(proxy, "-i", "-q", "-s", "1");
            assertThat(pgbench(proxy, "-c", "4", "-t", "100"))
                    .contains("transactions actually processed: 400/400", "number of failed transactions: 0");
            assertThat(pgbench(proxy, "-C", "-c", "4", "-t", "25"))
                    .contains("transactions actually processed: 100/100", "number of failed transactions: 0");

            long connections = postgres.connections() - directConnections;
            assertThat(connections).isGreaterThan(100);
            Records records = proxy.stop().number(connections).allDelivered().allClean();
            // The client says goodbye and sends its FIN; a server that hears the former can be faster than the latter.
            assertThat(records.with("/close/first_by", "client")).hasSizeGreaterThan((int) connections / 2);
        }
    }

    private static byte[] psql(int port, String query) {
        return Program.of(Programs.path("psql"), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", query, address(port))
                .succeed()
                .output();
    }

    private static String pgbench(ProxyProcess proxy, String... options) {
        List<String> command = new ArrayList<>(List.of(Programs.path("pgbench")));
        command.addAll(List.of(options));
        command.add(address(proxy.port()));
        return Program.of(command).succeed().text();
    }

    private static String address(int port) {
        return "host=127.0.0.1 user=lab dbname=postgres sslmode=disable gssencmode=disable port=" + port;
    }
}
