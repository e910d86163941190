package dev.finspect.log.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.semconv.ClientAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.incubating.DestinationIncubatingAttributes;
import io.opentelemetry.semconv.incubating.NetworkIncubatingAttributes;
import io.opentelemetry.semconv.incubating.NetworkIncubatingAttributes.NetworkConnectionStateIncubatingValues;
import io.opentelemetry.semconv.incubating.TlsIncubatingAttributes;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The names that a line has from OpenTelemetry are those of its semantic conventions, as their own library has them. */
final class OpenTelemetryNamesTest {
    @Test
    void namesAreThoseOfTheConventions() {
        assertThat(marked())
                .contains("client.address", "client.port", "server.address", "server.port", "network.transport")
                .contains("network.connection.state", "error.type")
                .allMatch(conventional()::contains);
    }

    /** A field of another meaning must not have a name of the conventions. */
    @Test
    void everyConventionalNameIsMarked() {
        List<String> unmarked = new ArrayList<>();
        for (dev.finspect.log.compact.Field<?> field : SessionFields.TABLE.fields()) {
            if (!field.isOpenTelemetry() && conventional().contains(field.path())) {
                unmarked.add(field.path());
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void statesOfAConnectionAreTheConventionsWords() {
        List<String> words = SessionFields.TABLE.fields().stream()
                .filter(field -> field.path().equals("network.connection.state"))
                .findFirst()
                .orElseThrow()
                .shape()
                .words();
        assertThat(words).containsExactlyInAnyOrderElementsOf(values(NetworkConnectionStateIncubatingValues.class));
    }

    private static List<String> marked() {
        return SessionFields.TABLE.fields().stream()
                .filter(dev.finspect.log.compact.Field::isOpenTelemetry)
                .map(dev.finspect.log.compact.Field::path)
                .toList();
    }

    private static Set<String> conventional() {
        Set<String> names = new TreeSet<>();
        for (Class<?> group : List.of(
                ClientAttributes.class,
                ServerAttributes.class,
                NetworkAttributes.class,
                NetworkIncubatingAttributes.class,
                DestinationIncubatingAttributes.class,
                TlsIncubatingAttributes.class,
                ErrorAttributes.class)) {
            for (Object value : constants(group)) {
                if (value instanceof AttributeKey<?> key) {
                    names.add(key.getKey());
                }
            }
        }
        return names;
    }

    private static List<String> values(Class<?> group) {
        return constants(group).stream().map(String::valueOf).toList();
    }

    private static List<Object> constants(Class<?> group) {
        List<Object> values = new ArrayList<>();
        for (Field constant : group.getFields()) {
            if (Modifier.isStatic(constant.getModifiers())) {
                try {
                    values.add(constant.get(null));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return values;
    }
}
