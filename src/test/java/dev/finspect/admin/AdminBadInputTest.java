package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.Exposition;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminBadInputTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(50);

    @Test
    void everyAnswerForbidsWhatAPageCouldDoWithIt() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            for (String path : List.of("/", "/metrics", "/healthz", "/readyz", "/api/v1/sessions", "/nothing")) {
                HttpResponse<String> answer = house.get(path);
                assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
                assertThat(answer.headers().firstValue("x-content-type-options"))
                        .hasValue("nosniff");
                assertThat(answer.headers().firstValue("content-security-policy"))
                        .hasValue("default-src 'none'; frame-ancestors 'none'");
            }
        }
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            String head = house.exchange("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(head)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("content-length: 3\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void nothingCanBeChanged(String method) throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            String answer =
                    house.exchange(method + " /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(answer).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD\r\n", "connection: close\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:9600, 200",
        "127.0.0.1:1, 200",
        "[::1]:9600, 200",
        "evil.example, 403",
        "evil.example:9600, 403",
        "localhost.evil.example, 403",
        "127.0.0.1.evil.example, 403",
        "localhost:port, 403",
        "user@localhost, 403",
        "127.0.0.2, 403",
        "[::2], 403",
        "'', 403",
    })
    void onlyNamesOfTheLoopbackAreServed(String host, int status) throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            String answer = house.exchange("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /healthz HTTP/1.0~~ | 403",
                "GET /healthz HTTP/1.1~Host: localhost~Host: evil~~ | 400",
                "GET http://evil.example/healthz HTTP/1.1~Host: localhost~~ | 400",
                "GET /healthz HTTP/1.1~Host: localhost~Content-Length: 3~~abc | 400",
                "GET /healthz HTTP/1.1~Host: localhost~Transfer-Encoding: chunked~~0~~ | 400",
                "GET /healthz HTTP/1.1~Host: localhost~Content-Length: -1~~ | 400",
                "GET /healthz HTTP/2.0~Host: localhost~~ | 505",
                "hello~~ | 400",
                "GET~~ | 400",
                "GET /healthz HTTP/1.1~: nameless~~ | 400",
                "* | 400",
            })
    void malformedRequestIsTurnedAwayAndTheConnectionEnds(String lines, int status) throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            String request = lines.equals("*") ? "\u0016\u0003\u0001\u0002\u0000\r\n\r\n" : lines.replace("~", "\r\n");
            assertThat(house.exchange(request)).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void hugeLinesAndHeadersAreTurnedAwayBeforeTheyAreHeld() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            String line = "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            assertThat(house.exchange(line)).startsWith("HTTP/1.1 414 ");
            String header = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(1 << 20) + "\r\n\r\n";
            assertThat(house.exchange(header)).startsWith("HTTP/1.1 431 ");
            String many = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(100_000) + "\r\n";
            assertThat(house.exchange(many)).startsWith("HTTP/1.1 431 ");
            assertThat(house.get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void slowHeadersAndSilenceEndByTheServersOwnClock() throws Exception {
        try (AdminHouse house = AdminHouse.open(AdminHouse.impatient(SOON, HOUR, HOUR, HOUR));
                Socket slow = house.connect();
                Socket silent = house.connect()) {
            slow.getOutputStream().write("GET /heal".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(AdminHouse.untilEnd(slow)).startsWith("HTTP/1.1 408 ");
            assertThat(AdminHouse.untilEnd(silent)).isEmpty();
        }
    }

    @Test
    void requestThatComesInManyPiecesIsServed() throws Exception {
        try (AdminHouse house = AdminHouse.open();
                Socket socket = house.connect()) {
            socket.setTcpNoDelay(true);
            for (byte one : request("/healthz", "Connection: close\r\n").getBytes(StandardCharsets.ISO_8859_1)) {
                socket.getOutputStream().write(one);
            }
            assertThat(AdminHouse.untilEnd(socket)).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
        }
    }

    @Test
    void idleConnectionEndsByTheServersOwnClock() throws Exception {
        try (AdminHouse house = AdminHouse.open(AdminHouse.impatient(HOUR, SOON, HOUR, HOUR));
                Socket idle = house.connect()) {
            idle.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(AdminHouse.untilEnd(idle)).startsWith("HTTP/1.1 200 ").endsWith("ok\n");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            String answers = house.exchange(request("/metrics", "")
                    + request("/healthz", "")
                    + request("/api/v1/sessions/none", "")
                    + request("/readyz", "Connection: close\r\n")
                    + request("/healthz", ""));
            assertThat(Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ")
                            .matcher(answers)
                            .results()
                            .map(m -> m.group(1)))
                    .containsExactly("200", "200", "404", "503");
        }
    }

    @Test
    void clientThatHalfClosesAfterItsRequestGetsItsAnswer() throws Exception {
        try (AdminHouse house = AdminHouse.open();
                Socket socket = house.connect()) {
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            assertThat(AdminHouse.untilEnd(socket)).startsWith("HTTP/1.1 200 ").contains("finspect_sessions_total");
        }
    }

    @Test
    void oldClientThatAsksForItKeepsItsConnection() throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            String old = request("/healthz", "").replace("HTTP/1.1", "HTTP/1.0");
            String answers = house.exchange(old.replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n") + old);
            assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(3);
            assertThat(answers).contains("connection: keep-alive\r\n");
        }
    }

    @Test
    void scrapesGoOnAmidAThousandSlowSockets() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (AdminHouse house = AdminHouse.open(AdminHouse.impatient(HOUR, HOUR, HOUR, HOUR))) {
            for (int i = 0; i < 1_000; i++) {
                Socket socket = house.connect();
                slow.add(socket);
                socket.getOutputStream().write("GET /metrics HT".getBytes(StandardCharsets.ISO_8859_1));
                if (i % 100 == 0) {
                    assertThat(house.get("/metrics").statusCode()).isEqualTo(200);
                }
            }
            assertThat(house.get("/metrics").body()).contains("finspect_sessions_total");
            for (Socket oldest : slow.subList(0, 900)) {
                assertThat(ended(oldest)).as("the oldest made room").isTrue();
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true; // An RST: the server had not read all when it closed.
        }
    }

    @Test
    void connectionsThatAreServedAreNeverClosedForNewOnes() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch page = new CountDownLatch(1);
        AdminLimits two = new AdminLimits(2, HOUR, HOUR, HOUR, HOUR, 4096, 8192, 1 << 20, AdminLimits.Lists.DEFAULT);
        Exposition late = accept -> {
            asked.countDown();
            return after(page);
        };
        try (AdminHouse house = AdminHouse.showing(two, late);
                Socket first = house.connect();
                Socket second = house.connect()) {
            String metrics = request("/metrics", "Connection: close\r\n");
            first.getOutputStream().write(metrics.getBytes(StandardCharsets.ISO_8859_1));
            asked.await();
            second.getOutputStream().write((request("/healthz", "") + metrics).getBytes(StandardCharsets.ISO_8859_1));
            untilText(second, "\r\n\r\nok\n");
            try (Socket third = house.connect()) {
                assertThat(ended(third)).isTrue();
            }
            page.countDown();
            assertThat(AdminHouse.untilEnd(first)).contains("late");
            assertThat(AdminHouse.untilEnd(second)).contains("late");
        }
    }

    private static void untilText(Socket socket, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).isNotNegative();
            read.append((char) next);
        }
    }

    private static Exposition.Page after(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Exposition.Page("text/plain", "late");
    }

    /** Also where there is no room left for a byte, the refusal among it. */
    @ParameterizedTest
    @ValueSource(longs = {24 << 20, 25 << 20})
    void answersThatNobodyTakesHoldABoundedMemoryThatComesBack(long heldBytes) throws Exception {
        String large = "x".repeat(24 << 20);
        AdminLimits tight =
                new AdminLimits(64, HOUR, HOUR, HOUR, HOUR, 4096, 8192, heldBytes, AdminLimits.Lists.DEFAULT);
        try (AdminHouse house = AdminHouse.showing(tight, accept -> new Exposition.Page("text/plain", large))) {
            HttpResponse<String> answer;
            try (Socket deaf = house.connect()) {
                deaf.getOutputStream().write(request("/metrics", "").getBytes(StandardCharsets.ISO_8859_1));
                assertThat(deaf.getInputStream().read()).isEqualTo('H');
                answer = house.get("/metrics");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("\"error\":\"too_busy\"");
            }
            while (answer.statusCode() == 503) {
                answer = house.get("/metrics");
            }
            assertThat(answer.body()).hasSize(large.length());
        }
    }

    @Test
    void clientThatDoesNotTakeItsAnswerLosesItByTheServersOwnClock() throws Exception {
        String large = "x".repeat(24 << 20);
        AdminLimits limits =
                new AdminLimits(1, HOUR, HOUR, SOON, HOUR, 4096, 8192, 25L << 20, AdminLimits.Lists.DEFAULT);
        try (AdminHouse house = AdminHouse.showing(limits, accept -> new Exposition.Page("text/plain", large));
                Socket deaf = house.connect()) {
            deaf.getOutputStream().write(request("/metrics", "").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(deaf.getInputStream().read()).isEqualTo('H');
            boolean roomAgain = false;
            while (!roomAgain) {
                roomAgain = house.exchange(request("/healthz", "Connection: close\r\n"))
                        .startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void moreRequestsThanTheWorkerCanQueueGetAnError() throws Exception {
        CountDownLatch page = new CountDownLatch(1);
        AdminLimits wide = new AdminLimits(500, HOUR, HOUR, HOUR, HOUR, 4096, 8192, 1 << 20, AdminLimits.Lists.DEFAULT);
        List<Socket> sockets = new ArrayList<>();
        try (AdminHouse house = AdminHouse.showing(wide, accept -> after(page))) {
            for (int i = 0; i < 100; i++) {
                Socket socket = house.connect();
                sockets.add(socket);
                socket.getOutputStream()
                        .write(("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: text/" + i
                                        + "\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(house.get("/healthz", "Authorization", "Bearer " + house.token())
                            .statusCode())
                    .isEqualTo(200);
            page.countDown();
            int served = 0;
            int refused = 0;
            for (Socket socket : sockets) {
                String answer = AdminHouse.untilEnd(socket);
                served += answer.startsWith("HTTP/1.1 200 ") ? 1 : 0;
                refused += answer.startsWith("HTTP/1.1 503 ") ? 1 : 0;
            }
            assertThat(served).isGreaterThanOrEqualTo(64);
            assertThat(served + refused).isEqualTo(100);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void scrapesThatWaitShareOnePage() throws Exception {
        CountDownLatch page = new CountDownLatch(1);
        AtomicInteger rendered = new AtomicInteger();
        AdminLimits wide = new AdminLimits(500, HOUR, HOUR, HOUR, HOUR, 4096, 8192, 1 << 20, AdminLimits.Lists.DEFAULT);
        List<Socket> sockets = new ArrayList<>();
        try (AdminHouse house = AdminHouse.showing(wide, accept -> {
            rendered.incrementAndGet();
            return after(page);
        })) {
            String scrape = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                    + house.token() + "\r\n\r\n";
            for (int i = 0; i < 100; i++) {
                Socket socket = house.connect();
                sockets.add(socket);
                socket.getOutputStream().write(scrape.getBytes(StandardCharsets.ISO_8859_1));
            }
            // Answered after all of them were read.
            assertThat(house.get("/healthz", "Authorization", "Bearer " + house.token())
                            .statusCode())
                    .isEqualTo(200);
            page.countDown();
            for (Socket socket : sockets) {
                assertThat(AdminHouse.untilEnd(socket))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("late");
            }
            assertThat(rendered.get()).isLessThan(100);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static String request(String path, String header) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
    }
}
