package dev.finspect.cli.top;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.EventStream;
import dev.finspect.cli.client.LastingStream;
import dev.finspect.cli.client.SessionActs;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.tcp.EpochNanos;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Runs the table in a terminal: reads the stream on a thread of its own, keys on the caller's, and draws when something is new. */
public final class TopTerminal {
    private static final int QUEUED_EVENTS = 256;
    /** Until the person leaves. */
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private static final long KEY_MILLIS = 100;
    private static final long DRAW_NANOS = 1_000_000_000L;
    private static final String ENTER = "\u001b[?1049h\u001b[?25l";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";

    private final AdminEndpoint server;
    private final boolean colour;
    private final TopView view;
    private final InstantSource clock = InstantSource.system();
    private TopModel model = new TopModel();
    private @Nullable Source source;

    /** Shows the sessions of this finspect; {@code filter} is empty for all. */
    public TopTerminal(AdminEndpoint server, String filter, boolean colour) {
        this.server = server;
        this.colour = colour;
        this.view = new TopView(filter);
    }

    /** Runs until the person leaves. */
    public void run() throws CommandFailure {
        open(view.filter());
        try (Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .dumb(false)
                .provider("exec")
                .build()) {
            Attributes before = terminal.enterRawMode();
            PrintWriter out = terminal.writer();
            out.print(ENTER);
            try {
                loop(terminal);
            } finally {
                out.print(LEAVE);
                out.flush();
                terminal.setAttributes(before);
            }
        } catch (IOException | IllegalStateException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "this is no terminal in which a table can be drawn (" + e.getMessage()
                            + "). Use finspect top --once, or finspect sessions --follow.");
        } finally {
            if (source != null) {
                source.close();
            }
        }
    }

    private void loop(Terminal terminal) throws IOException, CommandFailure {
        boolean[] resized = {true};
        terminal.handle(Terminal.Signal.WINCH, signal -> resized[0] = true);
        long drawnAtNanos = System.nanoTime() - DRAW_NANOS;
        while (true) {
            String key = TopKeys.next(millis -> terminal.reader().read(millis), KEY_MILLIS);
            if (key != null && (key.equals(TopKeys.END) || pressed(key, terminal.getRows()))) {
                return;
            }
            boolean news = !view.isPaused() && taken();
            if (news || key != null || resized[0] || System.nanoTime() - drawnAtNanos >= DRAW_NANOS) {
                resized[0] = false;
                drawnAtNanos = System.nanoTime();
                draw(terminal);
            }
        }
    }

    /** Takes what has come; whether something has. */
    private boolean taken() throws CommandFailure {
        Source reading = source;
        if (reading == null) {
            return false;
        }
        boolean any = false;
        for (Object next = reading.events.poll(); next != null; next = reading.events.poll()) {
            if (next instanceof CommandFailure failure) {
                throw failure;
            }
            model.take((EventStream.Event) next, EpochNanos.of(clock.instant()));
            any = true;
        }
        return any;
    }

    /** Whether the person leaves. */
    private boolean pressed(String key, int height) throws CommandFailure {
        List<String> shown = model.sorted(view.sort()).stream()
                .map(each -> each.session().id())
                .toList();
        TopView.Act act = view.key(key, shown, TopScreen.page(height));
        if (act instanceof TopView.Act.Filter filter) {
            filter(filter.text());
        } else if (act instanceof TopView.Act.Explain explain) {
            explain(explain.id());
        } else if (act instanceof TopView.Act.Close close) {
            close(close);
        }
        return act instanceof TopView.Act.End;
    }

    private void explain(String id) {
        try {
            view.explained(acts().explain(id, colour));
        } catch (CommandFailure e) {
            view.explained(String.valueOf(e.getMessage()));
        }
    }

    /** Acts on who answers now. */
    private SessionActs acts() throws CommandFailure {
        return new SessionActs(List.of(server.again()));
    }

    private void close(TopView.Act.Close close) {
        try {
            view.says(acts().close(close.id(), close.reset()));
        } catch (CommandFailure e) {
            view.says(String.valueOf(e.getMessage()));
        }
    }

    /** Reads the stream with another filter; one that is not understood leaves the table as it was. */
    private void filter(String text) {
        Source before = source;
        try {
            open(text);
            if (before != null) {
                before.close();
            }
        } catch (CommandFailure e) {
            view.says(String.valueOf(e.getMessage()));
        }
    }

    private void open(String filter) throws CommandFailure {
        Source opened = new Source(LastingStream.open(server, filter.isEmpty() ? null : filter, FOR_EVER));
        model = new TopModel();
        source = opened;
        opened.start();
    }

    private void draw(Terminal terminal) {
        TopScreen screen = new TopScreen(
                model,
                view,
                server.base().getAuthority().toLowerCase(Locale.ROOT),
                terminal.getColumns(),
                terminal.getRows(),
                model.serverTime(EpochNanos.of(clock.instant())),
                colour);
        StringBuilder frame = new StringBuilder("\u001b[H");
        List<String> lines = screen.lines();
        for (int i = 0; i < lines.size(); i++) {
            frame.append(lines.get(i)).append("\u001b[K").append(i < lines.size() - 1 ? "\r\n" : "");
        }
        terminal.writer().print(frame.append("\u001b[J"));
        terminal.writer().flush();
    }

    /** A thread that reads the stream. While nothing is taken it reads no further, and the server drops what has no room. */
    private static final class Source extends Thread implements AutoCloseable {
        private final LastingStream stream;
        private final BlockingQueue<Object> events = new ArrayBlockingQueue<>(QUEUED_EVENTS);

        Source(LastingStream stream) {
            super("finspect-top-stream");
            this.stream = stream;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    events.put(stream.next());
                }
            } catch (CommandFailure e) {
                var unused = events.offer(e);
            } catch (InterruptedException e) {
                // Another filter was chosen.
            }
        }

        @Override
        public void close() {
            interrupt();
            stream.close();
        }
    }
}
