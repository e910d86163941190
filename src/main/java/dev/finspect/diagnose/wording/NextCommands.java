package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import java.util.List;

/** The next commands to run, with the tuple filled in. Pure. */
public final class NextCommands {
    private NextCommands() {}

    /** In the order in which to run them. */
    public static List<Step> of(Finding finding, Parties parties) {
        return List.of();
    }

    /**
     * One command for a shell on the machine that {@code where} names.
     *
     * @param command as it is typed
     * @param shows half a line: what it would show
     */
    public record Step(String command, String shows) {}
}
