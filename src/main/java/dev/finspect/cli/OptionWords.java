package dev.finspect.cli;

import dev.finspect.cli.config.KernelTraceChoice;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.relay.EngineChoice;
import dev.finspect.wire.filter.FilterMode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** The words of options that the configuration reads, for completion. */
class OptionWords implements Iterable<String> {
    private final List<String> words;

    private OptionWords(Enum<?>[] constants) {
        words = Arrays.stream(constants)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    @Override
    public Iterator<String> iterator() {
        return words.iterator();
    }

    static final class Formats extends OptionWords {
        Formats() {
            super(OutputFormat.values());
        }
    }

    static final class Engines extends OptionWords {
        Engines() {
            super(EngineChoice.values());
        }
    }

    static final class KernelTraces extends OptionWords {
        KernelTraces() {
            super(KernelTraceChoice.values());
        }
    }

    static final class Captures extends OptionWords {
        Captures() {
            super(FilterMode.values());
        }
    }
}
