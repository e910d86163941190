package dev.finspect.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP request over a connection of its own, in the calling thread and so in its network namespace.
 *
 * @param status of the answer
 * @param body of the answer, also of an error; empty when there is none
 */
public record HttpGet(int status, String body) {
    private static final int PATIENCE_MILLIS = 120_000;

    /** Asks, and waits for the whole answer; a {@link java.net.SocketTimeoutException} when it does not come. */
    public static HttpGet of(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        // Kept ones would be found again by their address, which is another's in another namespace.
        connection.setRequestProperty("Connection", "close");
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new HttpGet(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } finally {
            connection.disconnect();
        }
    }
}
