package dev.finspect.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** The process that plays the clients: orders in, a line each; results out; ends when its input does. */
public final class LoadProcess {
    private final Map<LoadKind, Load> loads = new EnumMap<>(LoadKind.class);

    private LoadProcess() {
        IdleClients idle = new IdleClients();
        loads.put(LoadKind.BULK, new BulkClients());
        loads.put(LoadKind.KEEP_ALIVE, RequestClients.keepingAlive());
        loads.put(LoadKind.CHURN, RequestClients.connectingEachTime());
        loads.put(LoadKind.IDLE, idle);
        loads.put(LoadKind.RELEASE, idle.release());
    }

    /** Runs one order after the other. */
    public static void main(String[] args) throws IOException, InterruptedException {
        LoadProcess process = new LoadProcess();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            System.out.println(process.answer(LoadOrder.parse(line)));
        }
    }

    private String answer(LoadOrder order) throws InterruptedException {
        Load load = loads.get(order.kind());
        if (load == null) {
            throw new AssertionError(order.kind());
        }
        try {
            return load.run(order).toLine();
        } catch (IOException e) {
            return LoadResult.failureLine(e);
        }
    }
}
