package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.admin.upload.CaptureReading;
import dev.finspect.fixture.SampleSession;
import dev.finspect.lab.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Capture files that a browser sends: who may, how large, and what is left of them. */
@Timeout(120)
final class CapturesApiTest {
    private static final String PATH = "/api/v1/captures";

    private final AdminHouse house = AdminHouse.open();
    /** Bytes that the reading has taken. */
    private final AtomicLong taken = new AtomicLong();

    CapturesApiTest() {
        house.reading = (file, records) -> {
            ByteBuffer some = ByteBuffer.allocate(64 << 10);
            for (int count = file.fill(some); count > 0; count = file.fill(some.clear())) {
                taken.addAndGet(count);
            }
            if (taken.get() == 0) {
                throw new CaptureReading.UnreadableCapture("no packet can be read");
            }
            records.accept(SampleSession.living("A", "db"));
            records.accept(SampleSession.closed("B", "web"));
            return new CaptureReading.Summary("7 packets", "cut off");
        };
    }

    @AfterEach
    void end() {
        house.close();
    }

    @Test
    void whoMayReadGetsARowOfEachConnectionAndWhatWasRead() throws Exception {
        JsonNode answer =
                new ObjectMapper().readTree(house.post(PATH, new byte[10]).body());
        assertThat(answer.get("rows").findValuesAsText("id")).containsExactly("A", "B");
        assertThat(answer.get("rows").get(0).get("row").has("phases")).isTrue();
        assertThat(answer.get("counts").asText()).isEqualTo("7 packets");
        assertThat(answer.get("trouble").asText()).isEqualTo("cut off");
        assertThat(answer.get("omitted").asLong()).isZero();
        assertThat(answer.get("ended_at").asText()).isEqualTo("2023-11-14T22:13:20.025Z");
        assertThat(taken).hasValue(10);
    }

    @Test
    void aFilterChoosesRows() throws Exception {
        assertThat(house.post(PATH + "?filter=route:web", new byte[1]).body())
                .contains("\"B\"")
                .doesNotContain("\"A\"");
        HttpResponse<String> refused = house.post(PATH + "?filter=prot:1", new byte[1_000_000]);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("prot:");
        assertThat(house.exchange("POST " + PATH + "?filter=%zz HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Length: 1\r\nConnection: close\r\n\r\nx"))
                .startsWith("HTTP/1.1 400")
                .contains("percent-encoded");
    }

    @Test
    void oneConnectionComesWithRecordAndExplanationOrAsText() throws Exception {
        assertThat(house.post(PATH + "?session=A", new byte[1]).body())
                .startsWith("{\"record\":{\"record\":\"A\"},\"explanation\":")
                .endsWith("}\n");
        assertThat(house.post(PATH + "?session=A&format=text", new byte[1]).body())
                .startsWith("session A on route db");
        assertThat(house.post(PATH + "?session=C", new byte[1]).statusCode()).isEqualTo(404);
        assertThat(house.post(PATH + "?format=text", new byte[1]).statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsNoCaptureIsRefusedWithTheReason() throws Exception {
        HttpResponse<String> refused = house.post(PATH, new byte[0]);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("unreadable_capture", "no packet can be read");
    }

    @Test
    void itNeedsTheRightToReadAndNoPageOfAnotherOriginSendsOne() throws Exception {
        assertThat(house.post(PATH, new byte[1], "Origin", "http://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        house.trusted = false;
        assertThat(house.post(PATH, new byte[1]).statusCode()).isEqualTo(401);
        assertThat(house.post(PATH, new byte[1], "Authorization", "Bearer " + house.token())
                        .statusCode())
                .isEqualTo(200);
        assertThat(taken).as("only the admitted one was read").hasValue(1);
    }

    @Test
    void aFileHasALengthAndAnEnd() throws Exception {
        assertThat(house.exchange(head("Content-Length: " + (RequestCheck.MOST_BODY_BYTES + 1))))
                .startsWith("HTTP/1.1 413");
        assertThat(house.exchange(head("Transfer-Encoding: chunked"))).startsWith("HTTP/1.1 411");
        assertThat(house.exchange("POST /api/v1/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"))
                .as("other paths take no body")
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void theConnectionServesFurtherRequestsAfterAFile() throws Exception {
        try (Socket client = house.connect()) {
            client.getOutputStream().write(bytes(head("Content-Length: 3\r\nExpect: 100-continue")));
            String goOn = "HTTP/1.1 100 Continue\r\n\r\n";
            assertThat(client.getInputStream().readNBytes(goOn.length())).isEqualTo(bytes(goOn));
            client.getOutputStream()
                    .write(bytes("abcGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            assertThat(AdminHouse.untilEnd(client))
                    .startsWith("HTTP/1.1 200")
                    .contains("7 packets")
                    .endsWith("ok\n");
        }
    }

    @Test
    void noMoreIsTakenFromTheClientThanIsRead() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CaptureReading reading = house.reading;
        house.reading = (file, records) -> {
            await(goOn);
            return reading.read(file, records);
        };
        int size = 64 << 20;
        try (Socket client = house.connect()) {
            client.getOutputStream().write(bytes(head("Content-Length: " + size + "\r\nConnection: close")));
            AtomicLong sent = new AtomicLong();
            Thread sender = new Thread(() -> send(client, size, sent));
            sender.start();
            // The sender stands still when sockets and queue are full.
            Await.until(() -> "it sends on", () -> sender.getState() == Thread.State.RUNNABLE && sent.get() > 0);
            HttpResponse<String> other = house.post(PATH, new byte[1_000_000]);
            assertThat(other.statusCode()).as("one file at a time").isEqualTo(429);
            assertThat(sent.get()).isLessThan(size);
            goOn.countDown();
            assertThat(AdminHouse.untilEnd(client)).contains("7 packets");
            sender.join();
            assertThat(taken).hasValue(size);
        }
    }

    /** Two threads keep the processors busy, so that one of finspect is interrupted right after an answer sooner or later. */
    @Test
    void whoHasTheAnswerMaySendTheNextFileAtOnce() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        for (int thread = 0; thread < 2; thread++) {
            Thread busy = new Thread(() -> {
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
            busy.setDaemon(true);
            busy.start();
        }
        try {
            for (int sent = 0; sent < 500; sent++) {
                assertThat(status(new byte[1])).as("file %d", sent).isEqualTo(200);
            }
        } finally {
            over.set(true);
        }
    }

    @Test
    void aClientThatLeavesEndsTheReading() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CaptureReading reading = house.reading;
        house.reading = (file, records) -> {
            try {
                return reading.read(file, records);
            } finally {
                ended.countDown();
            }
        };
        try (Socket client = house.connect()) {
            client.getOutputStream().write(bytes(head("Content-Length: 1000") + "some"));
            Await.until(() -> "nothing arrives", () -> taken.get() == 4);
        }
        await(ended);
        Await.until(() -> "no other is read", () -> status(new byte[1]) == 200);
    }

    private int status(byte[] file) {
        try {
            return house.post(PATH, file).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(Socket client, int size, AtomicLong sent) {
        byte[] part = new byte[64 << 10];
        try {
            while (sent.get() < size) {
                client.getOutputStream().write(part);
                sent.addAndGet(part.length);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String head(String headers) {
        return "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n\r\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
