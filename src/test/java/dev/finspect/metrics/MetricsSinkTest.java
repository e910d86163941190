package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.OpenMetricsPage;
import dev.finspect.fixture.SampleSession;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MetricsSinkTest {
    static final String OPEN_METRICS = "application/openmetrics-text";
    private static final long SECOND = 1_000_000_000L;
    private final Metrics metrics = Metrics.strict(List.of("db"));
    private final SessionIdentity identity = SampleSession.identity("01ABC", "db", 1);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void cleanSessionIsCountedWithAllThatItsRecordKnows() {
        metrics.sink().closed(SampleSession.closed("01ABC", "db"));
        assertThat(samples())
                .containsEntry("finspect_sessions_total{outcome=\"clean\",route=\"db\"}", 1.0)
                .containsEntry("finspect_sessions_total{outcome=\"reset\",route=\"db\"}", 0.0)
                .containsEntry("finspect_session_duration_seconds_count{route=\"db\"}", 1.0)
                .containsEntry("finspect_session_duration_seconds_sum{route=\"db\"}", 0.025)
                .containsEntry("finspect_first_close_total{kind=\"fin\",peer=\"client\",route=\"db\"}", 1.0)
                .containsEntry("finspect_close_order_total{order=\"client.fin,upstream.fin\",route=\"db\"}", 1.0)
                .containsEntry("finspect_half_close_duration_seconds_sum{peer=\"client\",route=\"db\"}", 0.02)
                .containsEntry("finspect_half_close_duration_seconds_count{peer=\"upstream\",route=\"db\"}", 0.0)
                .containsEntry("finspect_bytes_after_first_fin_total{route=\"db\"}", 4096.0)
                .containsEntry("finspect_close_wait_duration_seconds_count{peer=\"upstream\",route=\"db\"}", 1.0)
                .containsEntry("finspect_close_wait_duration_seconds_count{peer=\"client\",route=\"db\"}", 0.0)
                .containsEntry(
                        "finspect_fin_relay_duration_seconds_sum{direction=\"client_to_upstream\",route=\"db\"}", 2e-4)
                .containsEntry("finspect_time_wait_total{holder=\"client\",route=\"db\"}", 1.0)
                .containsEntry("finspect_time_wait_total{holder=\"none\",route=\"db\"}", 1.0)
                .containsEntry("finspect_retransmits_total{direction=\"sent\",leg=\"upstream\",route=\"db\"}", 2.0)
                .containsEntry("finspect_retransmits_total{direction=\"received\",leg=\"client\",route=\"db\"}", 3.0)
                .containsEntry(
                        "finspect_handshake_duration_seconds_sum{leg=\"client\",phase=\"total\",route=\"db\"}", 0.00125)
                .containsEntry(
                        "finspect_handshake_duration_seconds_count{leg=\"upstream\",phase=\"total\",route=\"db\"}", 1.0)
                .containsEntry("finspect_zero_window_seconds_total{peer=\"client\",route=\"db\"}", 1.5)
                .containsEntry("finspect_rtt_seconds_sum{leg=\"client\",route=\"db\"}", 4e-4);
    }

    @Test
    void hungMetersFollowTheEventsOfALivingSessionUpAndDown() {
        String hung =
                "finspect_sessions_hung{blame=\"upstream\",confidence=\"possible\",finding=\"upstream-silent\",route=\"db\"}";
        String found =
                "finspect_findings_total{blame=\"upstream\",confidence=\"possible\",finding=\"upstream-silent\",route=\"db\"}";
        WatchedSession session = diagnosed("01HANGS");
        assertThat(samples()).doesNotContainKey(hung);
        look(session, 59);
        assertThat(samples()).doesNotContainKey(hung);
        look(session, 60);
        assertThat(samples()).containsEntry(hung, 1.0).containsEntry(found, 1.0);
        WatchedSession second = diagnosed("01TOO");
        look(second, 61);
        look(session, 61);
        assertThat(samples()).containsEntry(hung, 2.0).containsEntry(found, 2.0);
        session.traffic(Leg.UPSTREAM).received(10, identity.startNanos() + 62 * SECOND);
        look(session, 63);
        assertThat(samples()).containsEntry(hung, 1.0).containsEntry(found, 2.0);
        second.happened(new SessionEvent.Ended(identity.startNanos() + 64 * SECOND, null, null));
        assertThat(samples())
                .as("a session that ends while it hangs hangs no more, and is counted once")
                .containsEntry(hung, 0.0)
                .containsEntry(found, 2.0);
    }

    /** A request is acknowledged and gets no answer. */
    private WatchedSession diagnosed(String id) {
        RouteDiagnosis diagnosis = RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE);
        WatchedSession session = new WatchedSession(SampleSession.identity(id, "db", 1), metrics.sink(), diagnosis);
        long now = identity.startNanos();
        session.happened(new SessionEvent.Accepted(now, null, null));
        session.happened(
                new SessionEvent.Connected(now, "db:5432", identity.listener(), identity.client(), 1, info(700, 0)));
        session.traffic(Leg.CLIENT).received(400, now);
        session.traffic(Leg.UPSTREAM).sent(400, now);
        return session;
    }

    private void look(WatchedSession session, long seconds) {
        session.examine(identity.startNanos() + seconds * SECOND, then -> {});
    }

    @Test
    void handshakesAndConnectsShowWhileTheSessionLives() {
        metrics.sink().happened(identity, new SessionEvent.Accepted(identity.startNanos(), null, info(700, 0)));
        metrics.sink()
                .happened(
                        identity,
                        Lookups.event(identity.startNanos(), "db", Lookups.found(300_000, 0, 30, "10.0.0.1")));
        metrics.sink()
                .happened(
                        identity,
                        new SessionEvent.AttemptFailed(
                                identity.startNanos(),
                                "db1:5432",
                                null,
                                null,
                                ConnectResult.REFUSED,
                                Errno.ECONNREFUSED,
                                "Connection refused",
                                200_000));
        metrics.sink()
                .happened(
                        identity,
                        new SessionEvent.Connected(
                                identity.startNanos(),
                                "db2:5432",
                                identity.listener(),
                                identity.accepted(),
                                1_050_000_000,
                                info(300, 1)));
        metrics.sink().happened(identity, new SessionEvent.FirstByte(identity.startNanos() + 2_000_000, Leg.CLIENT));
        assertThat(samples())
                .containsEntry(
                        "finspect_handshake_duration_seconds_sum{leg=\"client\",phase=\"synack_to_ack\",route=\"db\"}",
                        7e-4)
                .containsEntry(
                        "finspect_handshake_duration_seconds_sum{leg=\"upstream\",phase=\"syn_to_synack\",route=\"db\"}",
                        0.0)
                .containsEntry("finspect_syn_retransmits_total{leg=\"upstream\",route=\"db\"}", 1.0)
                .containsEntry("finspect_connect_failures_total{cause=\"refused\",route=\"db\"}", 1.0)
                .containsEntry("finspect_lookup_duration_seconds_count{result=\"answered\",route=\"db\"}", 1.0)
                .containsEntry("finspect_upstream_connect_duration_seconds_count{result=\"refused\",route=\"db\"}", 1.0)
                .containsEntry(
                        "finspect_upstream_connect_duration_seconds_bucket{result=\"connected\",route=\"db\",le=\"0.9\"}",
                        0.0)
                .containsEntry(
                        "finspect_upstream_connect_duration_seconds_bucket{result=\"connected\",route=\"db\",le=\"1.1\"}",
                        1.0)
                .containsEntry("finspect_first_byte_duration_seconds_sum{peer=\"client\",route=\"db\"}", 0.002)
                .containsEntry("finspect_sessions_total{outcome=\"clean\",route=\"db\"}", 0.0);
    }

    @ParameterizedTest
    @CsvSource({
        ", read",
        "PROXY_HEADER_INVALID, invalid",
        "PROXY_HEADER_MISSING, missing",
        "PROXY_HEADER_TIMEOUT, timeout",
        "CLIENT_REFUSED, none"
    })
    void headerIsCountedByWhatBecameOfIt(@Nullable ProxyReason reason, String result) {
        WatchedSession session = new WatchedSession(identity, metrics.sink(), null);
        long now = identity.startNanos();
        session.happened(new SessionEvent.Accepted(now, null, null));
        session.happened(
                reason == null
                        ? new SessionEvent.ProxyHeaderRead(now, new ProxyHeader(2, 16, null, null, null, null, null))
                        : new SessionEvent.ProxyEnded(now, reason));
        session.happened(new SessionEvent.Ended(now, null, null));
        for (String each : List.of("read", "invalid", "missing", "timeout")) {
            assertThat(samples())
                    .containsEntry(
                            "finspect_proxy_headers_total{result=\"%s\",route=\"db\"}".formatted(each),
                            each.equals(result) ? 1.0 : 0.0);
        }
    }

    @Test
    void kernelWithoutARoundTripSampleLeavesTheHandshakeOut() {
        metrics.sink().happened(identity, new SessionEvent.Accepted(1, null, info(0, 0)));
        metrics.sink().happened(identity, new SessionEvent.Accepted(1, null, null));
        metrics.sink().happened(identity, new SessionEvent.Accepted(1, null, info(TcpInfo.ABSENT, TcpInfo.ABSENT)));
        assertThat(samples())
                .containsEntry(
                        "finspect_handshake_duration_seconds_count{leg=\"client\",phase=\"synack_to_ack\",route=\"db\"}",
                        0.0)
                .containsEntry("finspect_syn_retransmits_total{leg=\"client\",route=\"db\"}", 0.0);
    }

    @ParameterizedTest
    @CsvSource({
        "client.rst, client, data",
        "client.fin upstream.rst, upstream, half_closed",
        "upstream.fin client.fin client.rst, client, closing",
    })
    void resetIsCountedWithThePhaseItCameIn(String order, String peer, String phase) {
        metrics.sink().closed(SampleSession.closed(identity, Outcome.RESET, acts(order)));
        assertThat(samples())
                .containsEntry(
                        "finspect_resets_total{peer=\"%s\",phase=\"%s\",route=\"db\"}".formatted(peer, phase), 1.0);
    }

    private static List<CloseAct> acts(String order) {
        return Arrays.stream(order.split(" ", -1))
                .map(word -> CloseAct.valueOf(word.replace('.', '_').toUpperCase(Locale.ROOT)))
                .toList();
    }

    @Test
    void resetBeforeAnUpstreamIsConnectedIsOfThePhaseConnect() {
        assertThat(ResetPhase.at(List.of(CloseAct.CLIENT_RST), 0, false)).isEqualTo(ResetPhase.CONNECT);
    }

    @ParameterizedTest
    @CsvSource({
        "client.fin client.rst, 'client.fin,client.rst'",
        "upstream.rst, upstream.rst",
        "proxy.reset, other",
        "client.fin upstream.fin client.rst, other",
    })
    void rareOrdersAreOneSeries(String order, String label) {
        metrics.sink().closed(SampleSession.closed(identity, Outcome.RESET, acts(order)));
        assertThat(samples())
                .containsEntry("finspect_close_order_total{order=\"%s\",route=\"db\"}".formatted(label), 1.0);
    }

    @Test
    void bytesAndLivingSessionsMoveWhileTheSessionLives() {
        RouteCounters counters = new RouteCounters("db");
        metrics.watch(counters);
        counters.clientBytesReceived.add(1000);
        counters.activeSessions.increment();
        counters.halfClosedByUpstream.increment();
        counters.acceptErrors.add(3);
        assertThat(samples())
                .containsEntry("finspect_leg_bytes_total{direction=\"received\",leg=\"client\",route=\"db\"}", 1000.0)
                .containsEntry("finspect_leg_bytes_total{direction=\"sent\",leg=\"upstream\",route=\"db\"}", 0.0)
                .containsEntry("finspect_sessions_active{route=\"db\"}", 1.0)
                .containsEntry("finspect_half_closed_sessions{peer=\"upstream\",route=\"db\"}", 1.0)
                .containsEntry("finspect_accept_errors_total{route=\"db\"}", 3.0);
        counters.clientBytesReceived.add(24);
        counters.activeSessions.decrement();
        assertThat(samples())
                .containsEntry("finspect_leg_bytes_total{direction=\"received\",leg=\"client\",route=\"db\"}", 1024.0)
                .containsEntry("finspect_sessions_active{route=\"db\"}", 0.0);
    }

    @Test
    void idleLimitOfALegIsZeroUntilRestsShowOne() {
        RouteCounters counters = new RouteCounters("db");
        metrics.watch(counters);
        assertThat(samples())
                .containsEntry("finspect_idle_limit_seconds{end=\"survived\",leg=\"upstream\",route=\"db\"}", 0.0)
                .containsEntry("finspect_idle_limit_seconds{end=\"ended\",leg=\"client\",route=\"db\"}", 0.0);
        InetSocketAddress upstream = new InetSocketAddress("198.51.100.9", 5_432);
        counters.idleTimes.survived(Leg.UPSTREAM, upstream, 340_500_000_000L);
        counters.idleTimes.died(Leg.UPSTREAM, upstream, 350_000_000_000L, false);
        assertThat(samples())
                .containsEntry("finspect_idle_limit_seconds{end=\"survived\",leg=\"upstream\",route=\"db\"}", 340.5)
                .containsEntry("finspect_idle_limit_seconds{end=\"ended\",leg=\"upstream\",route=\"db\"}", 350.0)
                .containsEntry("finspect_idle_limit_seconds{end=\"ended\",leg=\"client\",route=\"db\"}", 0.0);
    }

    @Test
    void sourcesOfFunctionCountersOutliveACollection() {
        long[] dropped = {7};
        metrics.watchDrops("log", () -> dropped[0]);
        System.gc();
        assertThat(samples()).containsEntry("finspect_events_dropped_total{sink=\"log\"}", 7.0);
    }

    @Test
    void wordsOfPlayedSessionsAreThoseOfTheLabels() {
        play(fin(Leg.CLIENT), fin(Leg.UPSTREAM));
        play(fin(Leg.UPSTREAM), reset(Leg.CLIENT, 104));
        play(reset(Leg.UPSTREAM, 104));
        play(reset(Leg.CLIENT, 110));
        play(new SessionEvent.ProxyEnded(identity.startNanos() + 5, ProxyReason.IDLE_TIMEOUT));
        play(new SessionEvent.ProxyEnded(identity.startNanos() + 5, ProxyReason.SHUTDOWN));
        assertThat(samples())
                .containsEntry("finspect_first_close_total{kind=\"fin\",peer=\"client\",route=\"db\"}", 1.0)
                .containsEntry("finspect_first_close_total{kind=\"fin\",peer=\"upstream\",route=\"db\"}", 1.0)
                .containsEntry("finspect_first_close_total{kind=\"rst\",peer=\"upstream\",route=\"db\"}", 1.0)
                .containsEntry("finspect_first_close_total{kind=\"timeout\",peer=\"client\",route=\"db\"}", 1.0)
                .containsEntry("finspect_first_close_total{kind=\"timeout\",peer=\"proxy\",route=\"db\"}", 1.0)
                .containsEntry("finspect_first_close_total{kind=\"proxy\",peer=\"proxy\",route=\"db\"}", 1.0)
                .containsEntry("finspect_close_order_total{order=\"client.fin,upstream.fin\",route=\"db\"}", 1.0)
                .containsEntry("finspect_close_order_total{order=\"upstream.fin,client.rst\",route=\"db\"}", 1.0)
                .containsEntry("finspect_close_order_total{order=\"upstream.rst\",route=\"db\"}", 1.0)
                .containsEntry("finspect_close_order_total{order=\"other\",route=\"db\"}", 3.0)
                .containsEntry("finspect_resets_total{peer=\"client\",phase=\"half_closed\",route=\"db\"}", 1.0)
                .containsEntry("finspect_resets_total{peer=\"upstream\",phase=\"data\",route=\"db\"}", 1.0);
    }

    private void play(SessionEvent... closing) {
        WatchedSession session = new WatchedSession(identity, metrics.sink(), null);
        long start = identity.startNanos();
        session.happened(new SessionEvent.Accepted(start, null, null));
        session.happened(
                new SessionEvent.Connected(start + 1, "db:5432", identity.listener(), identity.accepted(), 1, null));
        for (SessionEvent event : closing) {
            session.happened(event);
        }
        session.happened(new SessionEvent.Ended(start + 100, null, null));
    }

    private SessionEvent fin(Leg leg) {
        return new SessionEvent.PeerFin(identity.startNanos() + 5, leg);
    }

    private SessionEvent reset(Leg leg, int errno) {
        return new SessionEvent.PeerReset(identity.startNanos() + 9, leg, new Errno(errno));
    }

    private Map<String, Double> samples() {
        return OpenMetricsPage.read(metrics.exposition().render(OPEN_METRICS).body())
                .samples();
    }

    private static TcpInfo info(long rttMicros, long totalRetransmits) {
        return new TcpInfo(
                TcpState.ESTABLISHED,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                rttMicros,
                0,
                totalRetransmits,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0);
    }
}
