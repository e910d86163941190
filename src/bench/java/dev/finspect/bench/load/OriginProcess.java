package dev.finspect.bench.load;

import java.io.IOException;

/** The process that plays the services behind the proxies: a source and an echo; ends when its input does. */
public final class OriginProcess {
    private OriginProcess() {}

    /** At the address given, serves the source on the first port and the echo on the second. */
    public static void main(String[] args) throws IOException {
        start("source", new Source(Place.of(args[0], Integer.parseInt(args[1]))));
        start("echo", new Echo(Place.of(args[0], Integer.parseInt(args[2]))));
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
