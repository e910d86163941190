package dev.finspect.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A question to a Prometheus on the loopback of the thread's network namespace. */
public final class PrometheusQuery {
    private PrometheusQuery() {}

    /** The samples that it has now; none while it does not listen yet, or does not answer in time. Fails when it does not understand the query. */
    public static JsonNode samples(int port, String query) {
        URI uri = URI.create(
                "http://127.0.0.1:" + port + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        try {
            HttpGet answer = HttpGet.of(uri);
            if (answer.status() == 400) {
                throw new AssertionError(query + "\n" + answer.body());
            }
            return new ObjectMapper()
                    .readTree(answer.status() == 200 ? answer.body() : "{}")
                    .at("/data/result");
        } catch (ConnectException | SocketTimeoutException notYet) {
            return new ObjectMapper().createArrayNode();
        } catch (IOException e) {
            throw new AssertionError("cannot ask " + uri, e);
        }
    }
}
