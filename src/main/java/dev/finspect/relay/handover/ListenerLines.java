package dev.finspect.relay.handover;

import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.PassedListener;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Listeners as lines: {@code listener WANTED PORT OWNER PLACE BOUND PORT COUNT}, where an owner of {@code -} is none. */
final class ListenerLines {
    private static final String WORD = "listener";
    private static final String NOBODY = "-";
    private static final int FIELDS = 8;
    private static final int MOST_SOCKETS = 1024;

    private ListenerLines() {}

    static String key(ListenerKey key) {
        return address(key.wanted()) + " " + (key.owner().isEmpty() ? NOBODY : key.owner()) + " " + key.place();
    }

    static String line(PassedListener listener) {
        return WORD + " " + key(listener.key()) + " " + address(listener.address()) + " "
                + listener.descriptors().size();
    }

    static String address(InetSocketAddress address) {
        return NetUtil.toAddressString(address.getAddress()) + " " + address.getPort();
    }

    /** A listener, without its sockets yet. */
    record Described(ListenerKey key, InetSocketAddress address, int sockets) {
        PassedListener with(List<Integer> descriptors) {
            return new PassedListener(key, address, descriptors);
        }
    }

    static Described read(String line) throws IOException {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS || !fields[0].equals(WORD)) {
            throw new IOException("the other process is no finspect of a version that can be taken over: " + line);
        }
        try {
            int sockets = Integer.parseInt(fields[7]);
            if (sockets < 1 || sockets > MOST_SOCKETS) {
                throw new IOException("not a number of sockets: " + line);
            }
            return new Described(
                    new ListenerKey(
                            address(fields[1], fields[2]),
                            fields[3].equals(NOBODY) ? "" : fields[3],
                            Integer.parseInt(fields[4])),
                    address(fields[5], fields[6]),
                    sockets);
        } catch (IllegalArgumentException e) {
            throw new IOException("not a listener: " + line, e);
        }
    }

    /** Of the form that {@link #address(InetSocketAddress)} writes. */
    static InetSocketAddress address(String text) throws IOException {
        int space = text.indexOf(' ');
        try {
            return address(text.substring(0, Math.max(0, space)), text.substring(space + 1));
        } catch (IllegalArgumentException e) {
            throw new IOException("not an address: " + text, e);
        }
    }

    private static InetSocketAddress address(String host, String port) throws IOException {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        if (address == null) {
            throw new IOException("not an address: " + host);
        }
        return new InetSocketAddress(address, Integer.parseInt(port));
    }
}
