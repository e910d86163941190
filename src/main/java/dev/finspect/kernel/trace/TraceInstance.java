package dev.finspect.kernel.trace;

import dev.finspect.wire.trace.EventFormat;
import dev.finspect.wire.trace.TraceDecoder;
import dev.finspect.wire.trace.TracePage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A private instance of the kernel's tracing: a folder {@code instances/finspect-PID} with a buffer, events and filters of its own.
 * Nothing outside of it is ever written to. What a finspect that was killed has left is removed by the next; the kernel refuses to
 * remove an instance that somebody reads.
 */
final class TraceInstance {
    /** For each processor; the kernel rounds it up to whole pages. */
    private static final String BUFFER_KIB = "64";

    private static final int MOST_OF_ONE_PROCESS = 16;
    private static final int MOST_TEXT_BYTES = 1 << 17;
    private static final Pattern OURS = Pattern.compile("finspect-(\\d{1,9})(-\\d{1,2})?");
    private static final String RESET = "events/tcp/tcp_send_reset";
    private static final String STATE = "events/sock/inet_sock_set_state";
    private static final String CLOSE_WAIT_OF_TCP = "newstate==8 && protocol==6";

    private final Path folder;
    private final TracePage page;
    private final TraceDecoder decoder;

    private TraceInstance(Path folder, TracePage page, TraceDecoder decoder) {
        this.folder = folder;
        this.page = page;
        this.decoder = decoder;
    }

    /** Makes one, below the folder of tracefs; nothing is traced until {@link #begin}. */
    static TraceInstance make(Path tracing, TraceFolder place, long processId) throws TraceRefused {
        TracePage page = TracePage.parse(text(tracing, "events/header_page", place));
        if (page == null) {
            throw new TraceRefused(tracing + "/events/header_page has no layout that finspect can read.");
        }
        EventFormat reset = format(tracing, RESET);
        EventFormat state = format(tracing, STATE);
        TraceDecoder decoder = new TraceDecoder(reset, state);
        if (!decoder.seesResets() && !decoder.seesStates()) {
            throw new TraceRefused(
                    "the kernel has neither tcp:tcp_send_reset nor sock:inet_sock_set_state. It needs Linux 4.16 or newer.");
        }
        removeStale(tracing);
        return new TraceInstance(made(tracing, place, processId), page, decoder);
    }

    private static Path made(Path tracing, TraceFolder place, long processId) throws TraceRefused {
        Path instances = tracing.resolve("instances");
        for (int i = 1; i <= MOST_OF_ONE_PROCESS; i++) {
            Path folder = instances.resolve("finspect-" + processId + (i == 1 ? "" : "-" + i));
            try {
                Files.createDirectory(folder);
                return folder;
            } catch (FileAlreadyExistsException e) {
                // Of this process, or of one with the same number in another container.
            } catch (IOException e) {
                throw place.refused("cannot make a tracing instance in " + instances, e);
            }
        }
        throw new TraceRefused("there are " + MOST_OF_ONE_PROCESS + " tracing instances of this process already.");
    }

    /** Removes the instances of processes that are gone. */
    private static void removeStale(Path tracing) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(tracing.resolve("instances"), "finspect-*")) {
            for (Path each : all) {
                Matcher ours = OURS.matcher(String.valueOf(each.getFileName()));
                if (ours.matches()
                        && ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty()) {
                    remove(each);
                }
            }
        } catch (IOException e) {
            // Whoever may not list them may not make one either, and that is reported.
        }
    }

    private static boolean remove(Path folder) {
        try {
            Files.delete(folder);
            return true;
        } catch (IOException e) {
            return false; // Somebody reads it, or it is gone.
        }
    }

    private static String text(Path tracing, String file, TraceFolder place) throws TraceRefused {
        try {
            return read(tracing.resolve(file));
        } catch (IOException e) {
            throw place.refused("cannot read " + tracing.resolve(file), e);
        }
    }

    /** Reads a file of the kernel in as few reads as it takes: to some of its files the kernel answers but the first. */
    private static String read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MOST_TEXT_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes) > 0) {
                // A long file comes in pieces.
            }
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }

    private static @Nullable EventFormat format(Path tracing, String event) throws TraceRefused {
        try {
            return EventFormat.parse(read(tracing.resolve(event).resolve("format")));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new TraceRefused("cannot read the format of " + event + ": " + e.getMessage() + ".");
        }
    }

    /** Sets clock, size and filters, and lets the kernel trace. */
    void begin(TraceFolder place) throws TraceRefused {
        try {
            write("tracing_on", "0");
            write("trace_clock", "mono");
            write("buffer_size_kb", BUFFER_KIB);
            if (decoder.seesResets()) {
                write(RESET + "/enable", "1");
            }
            if (decoder.seesStates()) {
                write(STATE + "/filter", CLOSE_WAIT_OF_TCP);
                write(STATE + "/enable", "1");
            }
            write("tracing_on", "1");
        } catch (IOException e) {
            throw place.refused("cannot set the tracing instance " + folder, e);
        }
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Where the pages of each processor are read. */
    Path processors() {
        return folder.resolve("per_cpu");
    }

    TracePage page() {
        return page;
    }

    TraceDecoder decoder() {
        return decoder;
    }

    /** Stops it and removes it; nobody may read it any more. False where it stays, for the next finspect to remove. */
    boolean remove() {
        try {
            write("tracing_on", "0");
        } catch (IOException e) {
            // It is removed, or stays, all the same.
        }
        return remove(folder);
    }
}
