package dev.finspect.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A question to a Prometheus on the loopback of the thread's network namespace. */
public final class PrometheusQuery {
    private static final Duration GUARD = Duration.ofSeconds(60);

    private PrometheusQuery() {}

    /** The samples that it has now; none while it does not listen yet. Fails when it does not understand the query. */
    public static JsonNode samples(int port, String query) {
        URI uri = URI.create(
                "http://127.0.0.1:" + port + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).timeout(GUARD).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 400) {
                throw new AssertionError(query + "\n" + response.body());
            }
            JsonNode answer = new ObjectMapper().readTree(response.statusCode() == 200 ? response.body() : "{}");
            return answer.at("/data/result");
        } catch (ConnectException notYet) {
            return new ObjectMapper().createArrayNode();
        } catch (IOException e) {
            throw new AssertionError("cannot ask " + uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while asking " + uri, e);
        }
    }
}
