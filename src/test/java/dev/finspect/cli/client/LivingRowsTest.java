package dev.finspect.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.log.json.JsonValues;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a list of open sessions is made of. */
final class LivingRowsTest {
    private final LivingRows rows = new LivingRows();

    @Test
    void aSessionThatChangesWhileAllAreSentIsListedOnceAsItIsLast() throws IOException {
        assertThat(take("hello", "{}")).isFalse();
        take("reset", "{}");
        take("sessions", "{\"rows\":[{\"id\":\"A\",\"state\":\"open\"},{\"id\":\"B\",\"state\":\"open\"}]}");
        take("sessions", "{\"rows\":[{\"id\":\"C\",\"state\":\"open\"},{\"id\":\"A\",\"state\":\"half_closed\"}]}");
        assertThat(rows.all()).extracting(LiveSession::id).containsExactly("A", "B", "C");
        assertThat(rows.all().get(0).state()).isEqualTo("half_closed");
        take("sessions", "{\"rows\":[{\"id\":\"B\",\"state\":\"closed\"},7],\"gone\":[\"C\"]}");
        assertThat(rows.all()).extracting(LiveSession::id).containsExactly("A");
        assertThat(take("snapshot_end", "{\"living\":1}")).isTrue();
        take("reset", "{}");
        assertThat(rows.all()).isEmpty();
    }

    private boolean take(String name, String data) throws IOException {
        return rows.take(new EventStream.Event(name, (Map<?, ?>) Objects.requireNonNull(JsonValues.read(data))));
    }
}
