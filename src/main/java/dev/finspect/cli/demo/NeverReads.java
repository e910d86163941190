package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The service reads nothing, so that its window closes; the client fills all buffers and gives up. */
final class NeverReads implements DemoScenario {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int STEPS = 140;
    private static final int STEP_MILLIS = 50;

    @Override
    public String name() {
        return "never-reads";
    }

    @Override
    public String shows() {
        return "reads nothing: back-pressure, the client gives up";
    }

    @Override
    public void serve(SocketChannel client) throws InterruptedException {
        Thread.sleep(2L * STEPS * STEP_MILLIS);
    }

    @Override
    public void use(SocketChannel service) throws IOException, InterruptedException {
        service.configureBlocking(false);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (int step = 0; step < STEPS; step++) {
            while (service.write(chunk.clear()) == CHUNK_BYTES) {
                // There is room for more.
            }
            Thread.sleep(STEP_MILLIS);
        }
        PeerIo.reset(service);
    }
}
