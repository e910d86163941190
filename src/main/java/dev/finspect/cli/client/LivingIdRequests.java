package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.session.SessionIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the running finspects for the sessions that live, for the completion of a command line: says nothing on failure. */
public final class LivingIdRequests {
    private static final int MOST = 100;
    private static final long WITHIN_MILLIS = TimeUnit.SECONDS.toMillis(2);
    private static final Pattern ROW = Pattern.compile("\\{\"id\":\"([^\"\\\\]+)\",\"route\":\"([^\"\\\\]+)\"");

    private final ProcessContext context;

    public LivingIdRequests(ProcessContext context) {
        this.context = context;
    }

    /** Prints a line for each session, those that hang first: its short ID, a tab, its route. */
    public void print() {
        List<String> answer = new CopyOnWriteArrayList<>();
        Thread asking = new Thread(() -> answer.addAll(lines()), "finspect-completion");
        asking.setDaemon(true);
        asking.start();
        try {
            asking.join(WITHIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        answer.forEach(context.out()::println);
        context.out().flush();
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        try {
            for (AdminEndpoint server : AdminEndpoint.find(new AdminEndpoint.Options(), context)) {
                for (String hung : List.of("&hung=true", "")) {
                    AdminAnswer rows =
                            AdminAnswer.of(server, "GET", "/api/v1/sessions?state=living&limit=" + MOST + hung);
                    Matcher row = ROW.matcher(rows.body());
                    while (row.find()) {
                        String line = SessionIdentity.shortened(row.group(1), row.group(2)) + "\t" + row.group(2)
                                + (hung.isEmpty() ? "" : ", hangs");
                        if (lines.stream()
                                .noneMatch(known -> known.startsWith(line.substring(0, line.indexOf('\t'))))) {
                            lines.add(line);
                        }
                    }
                }
            }
        } catch (CommandFailure e) {
            return lines;
        }
        return lines;
    }
}
