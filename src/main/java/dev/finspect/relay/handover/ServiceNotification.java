package dev.finspect.relay.handover;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Messages to the service manager that has started this process (sd_notify(3)). */
public final class ServiceNotification {
    private static final String VARIABLE = "NOTIFY_SOCKET";

    private ServiceNotification() {}

    /**
     * Sends assignments such as {@code MAINPID=4711}, a line each; nothing without a service manager.
     *
     * @param environment of this process
     * @throws IOException if they cannot be sent
     */
    public static void send(Map<String, String> environment, String assignments) throws IOException {
        String path = environment.getOrDefault(VARIABLE, "");
        if (path.isEmpty()) {
            return;
        }
        byte[] to = path.getBytes(StandardCharsets.UTF_8);
        if (to[0] == '@') {
            to[0] = 0; // A name that is in no file system, unix(7).
        }
        byte[] text = assignments.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocateDirect(text.length);
        message.put(text).flip();
        Socket socket = Socket.newSocketDomainDgram();
        try {
            socket.sendToDomainSocket(message, 0, text.length, to);
        } finally {
            socket.close();
        }
    }
}
