package dev.finspect.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The program of {@link LogProcessTest}: offers records to a log, closes it, and prints its counts to standard error.
 * Arguments: target ({@code -} for standard output), records, queue capacity, drain in milliseconds.
 */
final class LogProgram {
    private LogProgram() {}

    public static void main(String[] args) throws IOException {
        Path file = args[0].equals("-") ? null : Path.of(args[0]);
        int records = Integer.parseInt(args[1]);
        RecordLog log =
                RecordLog.open(new LogSettings(LogSettings.Format.JSON, file, 0, 0, Integer.parseInt(args[2]), false));
        for (int i = 0; i < records; i++) {
            log.closed(SampleRecords.clean("id" + i, "db"));
        }
        boolean all = log.close(Duration.ofMillis(Long.parseLong(args[3])));
        System.err.println("all=" + all + " written=" + log.written() + " dropped=" + log.dropped());
    }
}
