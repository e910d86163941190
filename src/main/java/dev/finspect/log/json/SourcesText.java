package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import dev.finspect.tcp.Source;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cache of encoded {@code sources} objects: most records have the same facts from the same sources. Bounded, confined to one
 * thread.
 */
final class SourcesText {
    /** A power of two. Two objects that share a slot replace each other. */
    private static final int SLOTS = 256;

    private final @Nullable CachedText[] entries = new @Nullable CachedText[SLOTS];

    /** The JSON object with the sources of the first {@code count} facts; {@code hash} is a hash of these facts. */
    byte[] of(SerializableString[] names, Source[] sources, int count, int hash) {
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        CachedText entry = entries[slot];
        if (entry == null || !entry.is(names, sources, count)) {
            entry = new CachedText(Arrays.copyOf(names, count), Arrays.copyOf(sources, count));
            entries[slot] = entry;
        }
        return entry.text;
    }

    private static final class CachedText {
        final SerializableString[] names;
        final Source[] sources;
        final byte[] text;

        CachedText(SerializableString[] names, Source[] sources) {
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
                // Names are constants, so equal names are the same object; otherwise the text is encoded again.
                if (names[i] != otherNames[i] || sources[i] != otherSources[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
