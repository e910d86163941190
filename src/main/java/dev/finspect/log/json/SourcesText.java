package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import dev.finspect.tcp.Source;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The {@code sources} objects that were written before, ready as text: most records know the same facts from the same
 * witnesses, so that their text need not be composed anew. Bounded, confined to one thread.
 */
final class SourcesText {
    /** A power of two; a slot that two objects share is composed anew whenever they alternate. */
    private static final int SLOTS = 256;

    private final @Nullable Entry[] entries = new @Nullable Entry[SLOTS];

    /** The JSON object that names the sources of the first {@code count} facts; {@code hash} is any number made of them. */
    byte[] of(SerializableString[] names, Source[] sources, int count, int hash) {
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        Entry entry = entries[slot];
        if (entry == null || !entry.is(names, sources, count)) {
            entry = new Entry(Arrays.copyOf(names, count), Arrays.copyOf(sources, count));
            entries[slot] = entry;
        }
        return entry.text;
    }

    private static final class Entry {
        final SerializableString[] names;
        final Source[] sources;
        final byte[] text;

        Entry(SerializableString[] names, Source[] sources) {
            this.names = names;
            this.sources = sources;
            StringBuilder json = new StringBuilder("{");
            for (int i = 0; i < names.length; i++) {
                json.append(i == 0 ? "\"" : ",\"")
                        .append(names[i].asQuotedChars())
                        .append("\":\"")
                        .append(sources[i].label())
                        .append('"');
            }
            text = json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
        }

        boolean is(SerializableString[] otherNames, Source[] otherSources, int count) {
            if (names.length != count) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                // Names are constants, so that two equal ones are one object; if not, the text is composed once more.
                if (names[i] != otherNames[i] || sources[i] != otherSources[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
