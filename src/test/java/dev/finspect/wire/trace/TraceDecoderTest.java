package dev.finspect.wire.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.ResetReason;
import dev.finspect.wire.trace.TraceEvent.ResetSent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TraceDecoderTest {
    private static final EventFormat RESET = TraceSamples.format("tcp_send_reset-6.18");
    private static final EventFormat STATE = TraceSamples.format("inet_sock_set_state-6.18");
    private static final TraceDecoder DECODER = new TraceDecoder(RESET, STATE);

    @Test
    void thePageOfAKernelHasTheReasonOfEachRst() {
        List<TraceEvent> events = TraceSamples.events(DECODER, TraceSamples.kept());

        assertThat(events.stream().map(TraceSamples::shown))
                .containsExactly(
                        "TCP_ABORT_ON_CLOSE 127.0.0.1:55257 > 127.0.0.1:53136",
                        "CLOSE-WAIT 127.0.0.1:56312 > 127.0.0.1:53197",
                        "TCP_ABORT_ON_DATA 127.0.0.1:53197 > 127.0.0.1:56312",
                        "TCP_STATE 127.0.0.1:59327 > 127.0.0.1:35154",
                        "NO_SOCKET 127.0.0.1:1 > 127.0.0.1:42690",
                        "TCP_ABORT_ON_CLOSE [::1]:51601 > [::1]:38156",
                        "NO_SOCKET [::1]:1 > [::1]:40074",
                        "TCP_ABORT_ON_CLOSE 127.0.0.1:53753 > 127.0.0.1:42556",
                        "TCP_STATE 127.0.0.1:53753 > 127.0.0.1:42560");
        assertThat(events.get(0).atNanos()).isEqualTo(883_076_169_018L);
        assertThat(events).isSortedAccordingTo((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
        assertThat(events.get(4).socket()).isZero();
        assertThat(events.get(0).socket()).isNotZero();
        assertThat(DECODER.seesReasons()).isTrue();
    }

    @Test
    void anOlderKernelHasNoReason() {
        EventFormat older = TraceSamples.format("tcp_send_reset-6.1");
        ByteBuffer event = TraceSamples.event(older)
                .putShort(field(older, "sport"), (short) 5432)
                .putShort(field(older, "dport"), (short) 40000)
                .putShort(field(older, "family"), (short) 2)
                .put(field(older, "saddr"), new byte[] {10, 0, 0, 2})
                .put(field(older, "daddr"), new byte[] {10, 0, 0, 1})
                .putLong(field(older, "skaddr"), 77);
        TraceDecoder decoder = new TraceDecoder(older, null);

        TraceEvent seen = decoded(decoder, event);

        assertThat(TraceSamples.shown(seen)).isEqualTo(" 10.0.0.2:5432 > 10.0.0.1:40000");
        assertThat(((ResetSent) seen).reason()).isEqualTo(ResetReason.UNNAMED);
        assertThat(seen.socket()).isEqualTo(77);
        assertThat(decoder.seesReasons()).isFalse();
        assertThat(decoder.seesResets()).isTrue();
        assertThat(decoder.seesStates()).isFalse();
    }

    @Test
    void withoutAFamilyTheAddressesOfBothAreWrittenAsIpv6() {
        EventFormat oldest = TraceSamples.format("tcp_send_reset-5.10");
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 2};
        byte[] far = {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        ByteBuffer event = TraceSamples.event(oldest)
                .putShort(field(oldest, "sport"), (short) 1)
                .putShort(field(oldest, "dport"), (short) 2)
                .put(field(oldest, "saddr_v6"), mapped)
                .put(field(oldest, "daddr_v6"), far);

        assertThat(TraceSamples.shown(decoded(new TraceDecoder(oldest, null), event)))
                .isEqualTo(" 10.0.0.2:1 > [2001:db8::1]:2");
    }

    @Test
    void onlyTcpThatEntersCloseWaitIsAnEvent() {
        for (String name : List.of("inet_sock_set_state-6.18", "inet_sock_set_state-4.19")) {
            EventFormat format = TraceSamples.format(name);
            TraceDecoder decoder = new TraceDecoder(null, format);
            assertThat(decoder.decode(
                            state(format, 8, 6), 0, state(format, 8, 6).limit(), 5))
                    .isInstanceOf(TraceEvent.CloseWaitEntered.class);
            assertThat(decoder.decode(
                            state(format, 9, 6), 0, state(format, 9, 6).limit(), 5))
                    .isNull();
            assertThat(decoder.decode(
                            state(format, 8, 132), 0, state(format, 8, 132).limit(), 5))
                    .isNull();
        }
    }

    @Test
    void aNumberWithoutANameStaysANumber() {
        ByteBuffer event = TraceSamples.event(RESET)
                .putInt(field(RESET, "reason"), 99)
                .putShort(field(RESET, "saddr"), (short) 2)
                .putShort(field(RESET, "daddr"), (short) 2);

        assertThat(((ResetSent) decoded(DECODER, event)).reason()).isEqualTo(new ResetReason("99"));
    }

    @Test
    void whatDoesNotFitItsFormatIsNoEvent() {
        ByteBuffer event = TraceSamples.event(RESET).putShort(field(RESET, "saddr"), (short) 2);

        assertThat(DECODER.decode(event, 0, event.limit(), 0)).isNull(); // The other address is of no family.
        assertThat(DECODER.decode(event, 0, event.limit() - 1, 0)).isNull();
        assertThat(DECODER.decode(event, 0, 1, 0)).isNull();
        assertThat(DECODER.decode(event.putShort(0, (short) 1), 0, event.limit(), 0))
                .isNull();
        TraceDecoder none = new TraceDecoder(null, null);
        assertThat(none.seesResets() || none.seesReasons() || none.seesStates()).isFalse();
        assertThat(none.decode(event, 0, event.limit(), 0)).isNull();
    }

    @Test
    void aFormatWithoutAddressesIsNotRead() {
        EventFormat bare = new EventFormat("tcp_send_reset", 7, Map.of(), Map.of());
        EventFormat half = new EventFormat(
                "tcp_send_reset",
                7,
                Map.of("saddr", new EventFormat.Field(8, 4), "daddr", new EventFormat.Field(12, 4)),
                Map.of());

        assertThat(new TraceDecoder(bare, bare).seesResets()).isFalse();
        assertThat(new TraceDecoder(half, half).seesStates()).isFalse();
    }

    @Test
    void anyBytesAreSurvived() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer page = TraceSamples.kept();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                page.put(random.nextInt(page.limit()), (byte) random.nextInt());
            }
            page.limit(random.nextInt(4) == 0 ? random.nextInt(page.limit()) : page.limit());
            assertThat(TraceSamples.events(DECODER, page)).hasSizeLessThan(300);
        }
    }

    private static ByteBuffer state(EventFormat format, int state, int protocol) {
        return TraceSamples.event(format)
                .putInt(field(format, "newstate"), state)
                .put(field(format, "protocol"), (byte) protocol)
                .putShort(field(format, "family"), (short) 2);
    }

    private static int field(EventFormat format, String name) {
        return Objects.requireNonNull(format.fields().get(name)).offset();
    }

    private static TraceEvent decoded(TraceDecoder decoder, ByteBuffer event) {
        TraceEvent seen = decoder.decode(event, 0, event.limit(), 0);
        return Objects.requireNonNull(seen);
    }
}
