package dev.finspect.lab.healthy;

import java.util.List;

/**
 * One kind of healthy traffic: a server, and clients that check each answer they get.
 *
 * @param name of its route
 * @param programs what it needs, as {@link dev.finspect.lab.Programs} finds them
 * @param modules what it needs of Python
 * @param server its server
 */
record Traffic(String name, List<String> programs, List<String> modules, Server server) {
    /** Starts the server. */
    interface Server {
        /** Answers with what its clients do, once it listens. */
        Clients start(Venue venue) throws Exception;
    }

    /** Starts the clients, once finspect stands before the server. */
    interface Clients {
        void start(Venue venue) throws Exception;
    }

    static Traffic of(String name, List<String> programs, Server server) {
        return new Traffic(name, programs, List.of(), server);
    }

    /** All that are played. */
    static List<Traffic> all() {
        return java.util.stream.Stream.of(
                        WebTraffic.all(),
                        DatabaseTraffic.all(),
                        MessageTraffic.all(),
                        ShellTraffic.all(),
                        PlainTraffic.all())
                .flatMap(List::stream)
                .toList();
    }
}
