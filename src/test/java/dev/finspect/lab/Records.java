package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The closed sessions that a finspect has recorded, and what it counted meanwhile. */
public final class Records {
    private final List<JsonNode> sessions;
    private final Scrape metrics;

    Records(List<JsonNode> sessions, Scrape metrics) {
        this.sessions = sessions;
        this.metrics = metrics;
    }

    /** The records, in the order in which the sessions closed. */
    public List<JsonNode> all() {
        return sessions;
    }

    /** Asserts that there are as many as connections were made. */
    public Records number(long connections) {
        assertThat(sessions).as("records").hasSize((int) connections);
        return this;
    }

    /** Asserts that all bytes that came went on, that nothing was lost, and that the meters say the same. */
    public Records allDelivered() {
        for (JsonNode session : sessions) {
            assertThat(sent(session, "upstream")).as("to the upstream").isEqualTo(received(session, "client"));
            assertThat(sent(session, "client")).as("to the client").isEqualTo(received(session, "upstream"));
            boolean untold = session.at("/evidence").asText().equals("socket")
                    && session.at("/outcome").asText().equals("reset");
            assertThat(session.at("/close/relayed").asText())
                    .as(session.toString())
                    .isEqualTo(untold ? "unknown" : "faithful");
        }
        return metersAgree();
    }

    /** Asserts that the meters counted what the records say. */
    public Records metersAgree() {
        assertThat(metrics.sum("finspect_sessions_total"))
                .as("sessions metered")
                .isEqualTo(sessions.size());
        for (String leg : List.of("client", "upstream")) {
            String label = "leg=\"" + leg + "\"";
            assertThat(metrics.sum("finspect_leg_bytes_total", label, "direction=\"received\""))
                    .as("bytes metered from the " + leg)
                    .isEqualTo(
                            sessions.stream().mapToLong(s -> received(s, leg)).sum());
            assertThat(metrics.sum("finspect_leg_bytes_total", label, "direction=\"sent\""))
                    .as("bytes metered to the " + leg)
                    .isEqualTo(sessions.stream().mapToLong(s -> sent(s, leg)).sum());
        }
        for (String outcome : List.of("clean", "reset", "timed_out", "connect_failed", "proxy")) {
            assertThat(metrics.sum("finspect_sessions_total", "outcome=\"" + outcome + "\""))
                    .as("sessions metered as " + outcome)
                    .isEqualTo(with("/outcome", outcome).size());
        }
        return this;
    }

    /** Asserts that every session ended cleanly, the client's FIN first. */
    public Records clientClosedFirst() {
        for (JsonNode session : allClean().sessions) {
            assertThat(order(session)).as(session.toString()).containsExactly("client.fin", "upstream.fin");
            assertThat(session.at("/close/first_by").asText()).isEqualTo("client");
            assertThat(session.at("/close/first_how").asText()).isEqualTo("fin");
        }
        return this;
    }

    /** Asserts that every session ended cleanly, by a FIN of each peer, in either order. */
    public Records allClean() {
        for (JsonNode session : sessions) {
            assertThat(session.at("/outcome").asText()).as(session.toString()).isEqualTo("clean");
            assertThat(order(session)).as(session.toString()).containsExactlyInAnyOrder("client.fin", "upstream.fin");
        }
        return this;
    }

    /** The records with this text at this JSON pointer. */
    public List<JsonNode> with(String pointer, String text) {
        return where(session -> session.at(pointer).asText().equals(text));
    }

    /** The records that meet a condition. */
    public List<JsonNode> where(Predicate<JsonNode> condition) {
        return sessions.stream().filter(condition).toList();
    }

    /** The only record. */
    public JsonNode only() {
        number(1);
        return sessions.get(0);
    }

    /** What the peers did to close, in order. */
    public static List<String> order(JsonNode session) {
        List<String> order = new ArrayList<>();
        session.at("/close/order").forEach(step -> order.add(step.asText()));
        return order;
    }

    /** Bytes from the peer of a leg. */
    public static long received(JsonNode session, String leg) {
        return session.at("/" + leg + "/data/received_bytes").asLong(-1);
    }

    /** Bytes to the peer of a leg. */
    public static long sent(JsonNode session, String leg) {
        return session.at("/" + leg + "/data/sent_bytes").asLong(-1);
    }
}
