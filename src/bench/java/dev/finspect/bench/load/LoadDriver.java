package dev.finspect.bench.load;

import dev.finspect.bench.host.Part;
import dev.finspect.bench.host.Processes;
import dev.finspect.bench.host.RunningProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The benchmark's hold on the load process: gives orders, waits for results, starts another when one is lost. */
public final class LoadDriver {
    private static final long SPARE_MILLIS = 30_000;

    private final Processes processes;
    private final Map<Integer, Long> sessions = new HashMap<>();
    private @Nullable Connection connection;

    /** A load process, and the lines it has answered. */
    private record Connection(RunningProcess process, Writer orders, BlockingQueue<String> answers) {}

    /** A driver whose process starts with the first order. */
    public LoadDriver(Processes processes) {
        this.processes = processes;
    }

    /**
     * Carries out one order.
     *
     * @throws IOException if the load failed, or did not answer 30 s after its time
     */
    public LoadResult run(LoadOrder order) throws IOException, InterruptedException {
        Connection current = connected();
        current.orders.write(order.toLine() + "\n");
        current.orders.flush();
        String answer = current.answers.poll(order.millis() + SPARE_MILLIS, TimeUnit.MILLISECONDS);
        if (answer == null) {
            connection = null;
            processes.end(current.process);
            throw new IOException("no result for " + order.toLine());
        }
        LoadResult result = LoadResult.parse(answer);
        sessions.merge(order.port(), result.sessions(order), Long::sum);
        return result;
    }

    /** How many connections have been opened to the port since this was asked last; those of failed orders not counted. */
    public long takeSessions(int port) {
        Long count = sessions.remove(port);
        return count == null ? 0 : count;
    }

    private Connection connected() throws IOException {
        Connection current = connection;
        if (current == null || !current.process.process().isAlive()) {
            current = connect(processes.startPiped("load", Part.CLIENTS, JavaCommand.of(LoadProcess.class)));
            connection = current;
        }
        return current;
    }

    private static Connection connect(RunningProcess process) {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        BufferedReader lines = process.process().inputReader();
        Thread reader = new Thread(() -> lines.lines().forEach(answers::add), "load-answers");
        reader.setDaemon(true);
        reader.start();
        return new Connection(process, process.process().outputWriter(), answers);
    }
}
