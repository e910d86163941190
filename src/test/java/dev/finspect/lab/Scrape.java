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

    /** The sum of all samples of this name whose labels hold each of {@code labels}, as in {@code leg="client"}. */
    public double sum(String name, String... labels) {
        return page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(Scrape::value)
                .sum();
    }

    private static double value(String line) {
        String afterLabels = line.substring(line.lastIndexOf('}') + 1);
        String[] words = afterLabels.strip().split(" ");
        return Double.parseDouble(line.indexOf('}') < 0 ? words[1] : words[0]);
    }

    /** The page itself. */
    @Override
    public String toString() {
        return page;
    }
}
