package dev.finspect.diagnose.finding;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.words.NextCommands;
import org.jspecify.annotations.Nullable;

/** Commands that ask for a name as finspect did. */
final class NameCommands {
    private NameCommands() {}

    static void add(NextCommands commands) {
        String name = text(commands.finding().first(Clue.NAME));
        String server = text(commands.finding().first(Clue.NAME_SERVER));
        if (name == null) {
            return;
        }
        String quoted = NextCommands.quoted(name);
        int colon = server == null ? -1 : server.lastIndexOf(':');
        if (server != null && colon >= 0) {
            String address = server.substring(0, colon).replace("[", "").replace("]", "");
            commands.add(
                    "dig @" + address + " -p " + server.substring(colon + 1) + " " + quoted + " A",
                    "what that name server answers now, with the time to live, and how long it takes");
        }
        commands.add("getent ahosts " + quoted, "the addresses that this host's resolver has for the name");
    }

    private static @Nullable String text(@Nullable Evidence evidence) {
        return evidence == null ? null : evidence.text();
    }
}
