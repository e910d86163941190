package dev.finspect.lab.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A name server (RFC 1035) on a host of the lab, over UDP: answers with the IPv4 addresses that it was given, with NXDOMAIN for
 * other names, and not at all for the names that it is silent about. Any thread.
 */
public final class NameServer implements AutoCloseable {
    private static final int PORT = 53;
    private static final int HEADER_BYTES = 12;
    private static final int RESPONSE = 0x8580;
    private static final int NO_SUCH_NAME = 3;
    private static final int TYPE_A = 1;
    private static final int CLASS_IN = 1;

    private final DatagramSocket socket;
    private final Map<String, Entry> zone = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> lateMillis = new ConcurrentHashMap<>();

    private record Entry(int ttlSeconds, List<InetAddress> addresses) {}

    private NameServer(DatagramSocket socket) {
        this.socket = socket;
    }

    /** Starts one at this address of a host. */
    public static NameServer start(Namespace host, InetAddress address) throws Exception {
        NameServer server = new NameServer(host.in(() -> new DatagramSocket(new InetSocketAddress(address, PORT))));
        Thread thread = new Thread(server::serve, "name server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** From now on it answers so. */
    public void knows(String name, int ttlSeconds, InetAddress... addresses) {
        zone.put(name, new Entry(ttlSeconds, List.of(addresses)));
    }

    /** From now on it answers no question for this name. */
    public void silentAbout(String name) {
        silent.add(name);
    }

    /** From now on it answers so much later. */
    public void answersAfter(String name, int millis) {
        lateMillis.put(name, millis);
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket question = new DatagramPacket(new byte[1_500], 1_500);
                socket.receive(question);
                take(question);
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new AssertionError(e);
            }
        }
    }

    private void take(DatagramPacket packet) {
        ByteBuffer question = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        String name = name(question.duplicate().position(HEADER_BYTES));
        if (silent.contains(name)) {
            return;
        }
        byte[] answer = answer(question, name);
        SocketAddress asker = packet.getSocketAddress();
        CompletableFuture.delayedExecutor(lateMillis.getOrDefault(name, 0), TimeUnit.MILLISECONDS)
                .execute(() -> send(new DatagramPacket(answer, answer.length, asker)));
    }

    private void send(DatagramPacket answer) {
        try {
            socket.send(answer);
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String name(ByteBuffer at) {
        StringBuilder name = new StringBuilder();
        for (int length = at.get(); length > 0; length = at.get()) {
            byte[] label = new byte[length];
            at.get(label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private byte[] answer(ByteBuffer question, String name) {
        int nameBytes = name.length() + 2;
        int type = question.getShort(HEADER_BYTES + nameBytes);
        Entry entry = zone.get(name);
        List<InetAddress> addresses = entry == null || type != TYPE_A ? List.of() : entry.addresses();
        ByteBuffer answer = ByteBuffer.allocate(1_500);
        answer.putShort(question.getShort(0)).putShort((short) (RESPONSE | (entry == null ? NO_SUCH_NAME : 0)));
        answer.putShort((short) 1).putShort((short) addresses.size()).putInt(0);
        answer.put(question.array(), HEADER_BYTES, nameBytes + 4);
        for (InetAddress each : addresses) {
            answer.putShort((short) (0xc000 | HEADER_BYTES))
                    .putShort((short) TYPE_A)
                    .putShort((short) CLASS_IN);
            answer.putInt(entry == null ? 0 : entry.ttlSeconds())
                    .putShort((short) 4)
                    .put(each.getAddress());
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
