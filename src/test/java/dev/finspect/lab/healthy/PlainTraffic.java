package dev.finspect.lab.healthy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What programs of one's own do over plain sockets. */
final class PlainTraffic {
    private static final int SMALL_BUFFER_BYTES = 4_096;

    private PlainTraffic() {}

    static List<Traffic> all() {
        return List.of(
                Traffic.of("fire-and-forget", List.of(), PlainTraffic::fireAndForget),
                Traffic.of("feed", List.of(), PlainTraffic::feed),
                Traffic.of("half-close", List.of(), PlainTraffic::halfClose),
                Traffic.of("slow-answers", List.of(), PlainTraffic::slowAnswers),
                Traffic.of("both-speak", List.of(), PlainTraffic::bothSpeak),
                Traffic.of("slow-upload", List.of(), PlainTraffic::slowUpload));
    }

    /** Lines to a service that never answers, like Graphite's. */
    private static Traffic.Clients fireAndForget(Venue venue) throws Exception {
        AtomicLong heard = new AtomicLong();
        venue.serve(socket -> {
            InputStream input = socket.getInputStream();
            byte[] some = new byte[1_000];
            for (int read = input.read(some); read >= 0; read = input.read(some)) {
                heard.addAndGet(read);
            }
        });
        return clients -> {
            AtomicLong said = new AtomicLong();
            clients.once("lasting", () -> {
                try (Socket socket = clients.connect()) {
                    int i = 0;
                    do {
                        line(socket, said);
                        clients.did("lasting");
                    } while (clients.goesOn(i++ % 5 == 0 ? 20 : 2));
                }
            });
            clients.repeat("one line", List.of(5), () -> {
                try (Socket socket = clients.connect()) {
                    line(socket, said);
                }
            });
            clients.repeat("one line, left open", List.of(3), () -> {
                try (Socket socket = clients.connect()) {
                    line(socket, said);
                    clients.goesOn(25);
                }
            });
            clients.players()
                    .atLast(() -> dev.finspect.lab.Await.until(
                            () -> clients.name + ": " + said + " bytes sent, " + heard + " came",
                            () -> said.get() == heard.get()));
        };
    }

    private static void line(Socket socket, AtomicLong said) throws IOException {
        String line = "finspect.healthy 42 " + said.get() + "\n";
        said.addAndGet(line.length());
        Venue.say(socket, line);
    }

    /** The service greets, and speaks now and then; its clients never send a byte. */
    private static Traffic.Clients feed(Venue venue) throws Exception {
        venue.serve(socket -> {
            Venue.say(socket, "hello\n");
            while (venue.goesOn(16)) {
                Venue.say(socket, "news\n");
            }
        });
        return clients -> clients.once("listener", () -> {
            try (Socket socket = clients.connect()) {
                Venue.hear(socket, "hello\n");
                while (clients.goesOn(0)) {
                    StringBuilder news = new StringBuilder();
                    int octet;
                    while ((octet = socket.getInputStream().read()) >= 0 && octet != '\n') {
                        news.append((char) octet);
                    }
                    if (octet < 0) {
                        break;
                    }
                    assertThat(news).hasToString("news");
                    clients.did("listener");
                }
            }
        });
    }

    /** A request that ends with the client's FIN; the service works for a while before it answers. */
    private static Traffic.Clients halfClose(Venue venue) throws Exception {
        venue.serve(socket -> {
            byte[] asked = socket.getInputStream().readAllBytes();
            venue.goesOn(asked.length > 100 ? 12 : 2);
            Venue.say(socket, "answer to " + asked.length);
        });
        return clients -> {
            for (int length : new int[] {20, 30_000}) {
                clients.repeat("asks " + length, List.of(4), () -> {
                    try (Socket socket = clients.connect()) {
                        Venue.say(socket, "x".repeat(length));
                        socket.shutdownOutput();
                        Venue.hear(socket, "answer to " + length);
                        Venue.hearTheEnd(socket);
                    }
                });
            }
        };
    }

    private static Traffic.Clients slowAnswers(Venue venue) throws Exception {
        venue.serve(socket -> {
            int octet;
            while ((octet = socket.getInputStream().read()) >= 0) {
                venue.goesOn(octet - 'a');
                Venue.say(socket, String.valueOf((char) octet));
            }
        });
        return clients -> clients.once("client", () -> {
            String questions = "bcpbrd";
            int i = 0;
            try (Socket socket = clients.connect()) {
                do {
                    String question = String.valueOf(questions.charAt(i++ % questions.length()));
                    Venue.say(socket, question);
                    Venue.hear(socket, question);
                    clients.did("client");
                } while (clients.goesOn(3));
            }
        });
    }

    /** Both ends speak when they like, and neither waits for the other. */
    private static Traffic.Clients bothSpeak(Venue venue) throws Exception {
        venue.serve(socket -> {
            Thread reader = new Thread(() -> drain(socket), "both-speak reader");
            reader.start();
            int i = 0;
            while (reader.isAlive() && venue.goesOn(List.of(1, 9, 2, 22).get(i++ % 4))) {
                Venue.say(socket, "down\n");
            }
            reader.join();
        });
        return clients -> clients.once("client", () -> {
            try (Socket socket = clients.connect()) {
                Thread reader = new Thread(() -> drain(socket), "both-speak reader");
                reader.start();
                int i = 0;
                while (clients.goesOn(List.of(2, 13, 1, 8).get(i++ % 4))) {
                    Venue.say(socket, "up\n");
                    clients.did("client");
                }
                socket.shutdownOutput();
                reader.join();
            }
        });
    }

    private static void drain(Socket socket) {
        try {
            byte[] some = new byte[100];
            while (socket.getInputStream().read(some) >= 0) {}
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** An upload to a service that reads 500 bytes a second behind a small window, and acknowledges all of it at last. */
    private static Traffic.Clients slowUpload(Venue venue) throws Exception {
        venue.serveSlowly(SMALL_BUFFER_BYTES, socket -> {
            InputStream input = socket.getInputStream();
            long all = 0;
            byte[] some = new byte[250];
            for (int read = input.read(some); read >= 0; read = input.read(some)) {
                all += read;
                // Its reader goes on to the end, also after the time.
                venue.rest(500);
            }
            Venue.say(socket, "took " + all);
        });
        int bytes = 30_000;
        return clients -> clients.repeat("upload", List.of(3), () -> {
            Socket socket = new Socket();
            socket.setSendBufferSize(SMALL_BUFFER_BYTES);
            try (Socket upload = clients.connect(socket)) {
                Venue.say(upload, "x".repeat(bytes));
                upload.shutdownOutput();
                Venue.hear(upload, "took " + bytes);
                Venue.hearTheEnd(upload);
            }
        });
    }
}
