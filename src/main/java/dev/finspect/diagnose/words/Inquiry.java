package dev.finspect.diagnose.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What well-known programs report of their own state, and the command that asks them: a service by its own protocol or tool,
 * a runtime by its process. A service is recognized by its program's name; where that is not known, by its port. Pure.
 */
enum Inquiry {
    POSTGRES(
            "postgres|postmaster",
            5432,
            "psql -h {host} -p {port} -c 'select pid, state, wait_event_type, wait_event, pg_blocking_pids(pid), query from"
                    + " pg_stat_activity{local}'",
            "what this connection's backend waits for, and which backends block it"),
    MYSQL(
            "mysqld|mariadbd",
            3306,
            "mysql -h {host} -P {port} -e 'show full processlist'",
            "what each connection executes or waits for, a lock among it"),
    REDIS(
            "redis-server|valkey-server|keydb-server",
            6379,
            "redis-cli -h {host} -p {port} CLIENT LIST",
            "each client's last command (cmd), idle time, and whether it is blocked on purpose (flags=b)"),
    MONGODB(
            "mongod|mongos",
            27017,
            "mongosh --host {host} --port {port} --eval 'db.currentOp()'",
            "operations that run, for how long, and whether they wait for a lock"),
    RABBITMQ(
            "beam\\.smp|rabbitmq-server",
            5672,
            "rabbitmqctl list_connections name state",
            "on the upstream's host: whether the broker holds this connection back (blocked, flow)"),
    MEMCACHED(
            "memcached",
            11211,
            "printf 'stats conns\\r\\nquit\\r\\n' | nc {host} {port}",
            "each connection's state, and since when it rests"),
    ELASTICSEARCH("", 9200, "curl -s 'http://{url}/_nodes/hot_threads'", "what its busiest threads do"),
    JAVA("java|jsvc", 0, "jstack {pid}", "what each of its threads waits for, with deadlocks (as its user)"),
    PYTHON("python[0-9.]*", 0, "py-spy dump --pid {pid}", "where each of its threads is, if py-spy is installed"),
    DOTNET("dotnet", 0, "dotnet-stack report -p {pid}", "where each of its threads is, if dotnet-stack is installed");

    private final Pattern program;
    private final int port;
    private final String command;
    private final String shows;

    Inquiry(String program, int port, String command, String shows) {
        this.program = Pattern.compile(program);
        this.port = port;
        this.command = command;
        this.shows = shows;
    }

    /**
     * Those that fit.
     *
     * @param peer the peer's address
     * @param isService whether the peer is what the client talks to
     * @param local finspect's port; -1 where it is not known
     * @param program the peer's program; null where it is not known
     * @param processId its process; -1 where it is not known
     */
    static List<NextCommands.Step> of(
            Tuple.@Nullable End peer, boolean isService, int local, @Nullable String program, long processId) {
        List<NextCommands.Step> steps = new ArrayList<>(2);
        for (Inquiry each : values()) {
            boolean named = program != null && each.program.matcher(program).matches();
            boolean placed = program == null && peer != null && each.port == peer.port();
            if (each.port == 0 ? named && processId >= 0 : isService && peer != null && (named || placed)) {
                steps.add(new NextCommands.Step(each.command(peer, local, processId), each.shows));
            }
        }
        return steps;
    }

    private String command(Tuple.@Nullable End peer, int local, long processId) {
        String text = command.replace("{pid}", Long.toString(processId))
                .replace("{local}", local < 0 ? "" : String.format(Locale.ROOT, " where client_port = %d", local));
        return peer == null
                ? text
                : text.replace("{host}", peer.scoped())
                        .replace("{port}", Integer.toString(peer.port()))
                        .replace("{url}", peer.socket());
    }
}
