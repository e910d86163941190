package dev.finspect.admin;

import dev.finspect.admin.upload.CaptureReading;
import dev.finspect.admin.upload.CaptureReading.UnreadableCapture;
import dev.finspect.admin.upload.RequestBody;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.session.filter.RecordFilter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads a capture file that a browser sends, and answers with its connections, or with all of one. It reads the file as it
 * arrives, one file at a time, and keeps nothing of it: who wants another connection sends the file again.
 */
final class CapturesApi {
    private final AdminSources sources;
    /** Taken while a file is read. It is given back before the answer goes, so that who has the answer may send the next. */
    private final Semaphore turn = new Semaphore(1);

    private final Executor reader =
            Executors.newCachedThreadPool(new DefaultThreadFactory("finspect-admin-capture", true));

    CapturesApi(AdminSources sources) {
        this.sources = sources;
    }

    /**
     * What is wanted of a file.
     *
     * @param session the id of one connection; null for a row of each
     * @param filter of the rows; null for all
     * @param text the explanation of the one connection as text, not its record and explanation as JSON
     */
    record Wanted(@Nullable String session, @Nullable RecordFilter filter, boolean text) {
        static Wanted of(Map<String, List<String>> query) throws BadQuery {
            Parameters given = new Parameters(query, List.of("session", "filter", "format"));
            String filter = given.single("filter");
            String format = given.single("format");
            String session = given.single("session");
            if (format != null && (!format.equals("text") || session == null)) {
                throw new BadQuery("format is text, and goes with a session");
            }
            return new Wanted(
                    session, filter == null || filter.isBlank() ? null : Parameters.filter(filter), format != null);
        }
    }

    /** The answer comes when the whole file has arrived, also where it cannot be read: before that no browser takes one. */
    CompletableFuture<AdminResponse> read(Wanted wanted, RequestBody file) {
        CompletableFuture<AdminResponse> answer = turn.tryAcquire()
                ? begin(wanted, file)
                : CompletableFuture.completedFuture(AdminResponse.error(
                                HttpResponseStatus.TOO_MANY_REQUESTS,
                                "too_many_captures",
                                "another capture file is being read; try again in some seconds")
                        .with("Retry-After", "5"));
        return answer.thenCompose(response -> file.discard().handle((done, late) -> response));
    }

    private CompletableFuture<AdminResponse> begin(Wanted wanted, RequestBody file) {
        try {
            return CompletableFuture.supplyAsync(() -> answer(wanted, file), reader);
        } catch (OutOfMemoryError | RuntimeException noThread) {
            turn.release();
            throw noThread;
        }
    }

    private AdminResponse answer(Wanted wanted, RequestBody file) {
        try {
            return wanted.session() == null ? rows(wanted.filter(), file) : one(wanted.session(), wanted.text(), file);
        } catch (UnreadableCapture e) {
            return AdminResponse.error(
                    HttpResponseStatus.BAD_REQUEST, "unreadable_capture", String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            return AdminResponse.error(
                    HttpResponseStatus.REQUEST_TIMEOUT,
                    "too_slow",
                    String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()));
        } finally {
            turn.release();
        }
    }

    private AdminResponse rows(@Nullable RecordFilter filter, RequestBody file) throws UnreadableCapture {
        CaptureRows rows = new CaptureRows(sources.feed().encoder());
        CaptureReading.Summary summary = sources.files().read(file, record -> {
            if (filter == null || filter.test(record)) {
                rows.add(record);
            }
        });
        return rows.answer(summary);
    }

    private AdminResponse one(String id, boolean asText, RequestBody file) throws UnreadableCapture {
        SessionRecord[] found = new SessionRecord[1];
        CaptureReading.Summary unused = sources.files().read(file, record -> {
            if (record.identity().id().equals(id)) {
                found[0] = record;
            }
        });
        if (found[0] == null) {
            return AdminResponse.error(
                    HttpResponseStatus.NOT_FOUND,
                    "session_not_found",
                    "the capture file has no connection \"" + id + "\"");
        }
        Explanation explanation = Explanation.of(found[0], List.of(), Thresholds.STANDARD);
        if (asText) {
            return AdminResponse.page("text/plain; charset=utf-8", ExplanationText.of(explanation, false));
        }
        String record = new String(sources.encoder().encode(found[0]), StandardCharsets.UTF_8);
        String explained = new String(sources.explanations().one(explanation), StandardCharsets.UTF_8);
        return AdminResponse.json(("{\"record\":" + record + ",\"explanation\":" + explained.strip() + "}\n")
                .getBytes(StandardCharsets.UTF_8));
    }
}
