package dev.finspect.bench.load;

import java.io.IOException;

/** The process that plays the services behind the proxies: a source and an echo; ends when its input does. */
public final class OriginProcess {
    private OriginProcess() {}

    /** Serves the source on the first port given and the echo on the second. */
    public static void main(String[] args) throws IOException {
        start("source", new Source(Integer.parseInt(args[0])));
        start("echo", new Echo(Integer.parseInt(args[1])));
        while (System.in.read() >= 0) {
            // Nothing is said on this input; its end is the sign to go.
        }
        System.exit(0);
    }

    private static void start(String name, Runnable server) {
        Thread thread = new Thread(server, name);
        thread.setDaemon(true);
        thread.start();
    }
}
