package dev.finspect.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;

/** One reading of a metrics page in the plain text format. */
public final class Scrape {
    private final String page;

    private Scrape(String page) {
        this.page = page;
    }

    /** Reads it, and fails when the answer is not 200. */
    public static Scrape of(URI metrics) {
        HttpRequest request =
                HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(30)).build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(metrics + " answers " + answer.statusCode() + "\n" + answer.body());
            }
            return new Scrape(answer.body());
        } catch (IOException e) {
            throw new AssertionError("cannot read " + metrics, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while reading " + metrics, e);
        }
    }

    /** The sum, without a fraction, of all samples of this name whose labels hold each of {@code labels}, as in {@code leg="client"}. */
    public long sum(String name, String... labels) {
        return (long) page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(Scrape::value)
                .sum();
    }

    /** The number after the labels; no time stamp follows it. */
    private static double value(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    /** The page itself. */
    @Override
    public String toString() {
        return page;
    }
}
