package dev.finspect.diagnose.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.fixture.Findings;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every word that is said of a finding, against a golden file; with all the evidence, with some, and with next to none. */
final class WordsTest {
    static final Parties PARTIES = new Parties(
            "db",
            new InetSocketAddress("192.0.2.7", 51334),
            new InetSocketAddress("192.0.2.1", 15432),
            new InetSocketAddress("10.0.0.1", 40118),
            new InetSocketAddress("10.0.0.5", 5432));
    static final Parties OVER_IPV6 = new Parties(
            "db",
            new InetSocketAddress("2001:db8::7", 51334),
            new InetSocketAddress("2001:db8::1", 15432),
            new InetSocketAddress("fe80::1%2", 40118),
            new InetSocketAddress("fe80::5%2", 5432));
    /** As little as can be known. */
    static final Parties UNKNOWN = new Parties("", new InetSocketAddress("192.0.2.7", 51334), null, null, null);

    private static final long NOW = 1_795_384_800_000_000_000L;
    private static final Leg U = Leg.UPSTREAM;
    private static final Leg C = Leg.CLIENT;

    private record Said(String variant, Finding finding, Parties parties) {}

    @Test
    void everythingSaidIsTheGoldenText() throws IOException {
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(Path.of("src/test/resources/dev/finspect/diagnose/finding/words.txt"), text());
            return;
        }
        try (InputStream golden = WordsTest.class.getResourceAsStream("words.txt")) {
            assertThat(text()).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void everyFindingIsInTheGoldenText() {
        Set<FindingId> said = new LinkedHashSet<>();
        all().forEach(each -> said.add(each.finding().id()));
        assertThat(said)
                .containsExactlyInAnyOrderElementsOf(Catalogue.standard().ids());
    }

    static String text() {
        StringBuilder text = new StringBuilder();
        for (Said said : all()) {
            Finding finding = said.finding();
            text.append("== ")
                    .append(finding.id().label())
                    .append(": ")
                    .append(said.variant())
                    .append('\n');
            text.append(Catalogue.kindOf(finding).sentence(finding, said.parties()))
                    .append('\n');
            for (String contradiction : Catalogue.kindOf(finding).contradictions(finding)) {
                text.append("    but not with ").append(contradiction).append('\n');
            }
            for (NextCommands.Step step :
                    Catalogue.kindOf(finding).commands(finding, said.parties(), "01M826BAS8000039GM00")) {
                text.append("    $ ")
                        .append(step.command())
                        .append("\n        # ")
                        .append(step.shows())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** All commands of all findings, as the golden text has them. */
    static List<NextCommands.Step> commands() {
        List<NextCommands.Step> steps = new ArrayList<>();
        all().forEach(said ->
                steps.addAll(Catalogue.kindOf(said.finding()).commands(said.finding(), said.parties(), null)));
        return steps;
    }

    private static List<Said> all() {
        List<Said> all = new ArrayList<>();
        opening(all);
        proxy(all);
        data(all);
        closing(all);
        for (FindingId id : Catalogue.standard().ids()) {
            all.add(bare("bare", id, Blame.UPSTREAM, null));
        }
        all.add(bare("bare, client", PeerVanished.ID, Blame.CLIENT, C));
        all.add(bare("bare, configuration", ConnectUnreachable.ID, Blame.CONFIGURATION, U));
        return all;
    }

    private static void names(List<Said> all) {
        Evidence name = word(Clue.NAME, U, "db.example");
        Evidence server = word(Clue.NAME_SERVER, U, "10.0.0.53:53");
        Evidence tried = word(Clue.TRIED, U, "10.0.0.6:5432");
        Evidence came = ago(Clue.ANSWER_CAME, U, 12);
        all.add(said("no answer", NameSlow.ID, Blame.NAME_SERVICE, Confidence.LIKELY, U, 4.2, name, server));
        all.add(said(
                "a late answer",
                NameSlow.ID,
                Blame.NAME_SERVICE,
                Confidence.PROVED,
                U,
                4.2,
                name,
                amount(Clue.LOOK_UP_TOOK, U, 3_100_000_000L)));
        all.add(said(
                "by a newer answer",
                NameStale.ID,
                Blame.NAME_SERVICE,
                Confidence.LIKELY,
                U,
                4.2,
                tried,
                name,
                server,
                came,
                word(Clue.NAME_ADDRESSES, U, "10.0.0.7, 10.0.0.8")));
        all.add(said("by age", NameStale.ID, Blame.UNDETERMINED, Confidence.POSSIBLE, U, 4.2, tried, name, came));
    }

    private static void opening(List<Said> all) {
        Evidence tried = word(Clue.TRIED, U, "10.0.0.6:5432");
        all.add(said(
                "from afar",
                SynUnanswered.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                7.2,
                tried,
                amount(Clue.SYNS, U, 4)));
        all.add(said(
                "another address before",
                SynUnanswered.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                10,
                tried,
                amount(Clue.TRIES_FAILED, U, 2)));
        all.add(said(
                "one SYN",
                SynUnanswered.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.POSSIBLE,
                U,
                3,
                amount(Clue.SYNS, U, 1)));
        all.add(said(
                "on this host",
                SynUnanswered.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.PROVED,
                U,
                3,
                amount(Clue.SYNS, U, 3),
                amount(Clue.LISTENER_WAITING, U, 0),
                amount(Clue.LISTENER_BACKLOG, U, 128)));
        all.add(new Said(
                "over IPv6",
                finding(
                        SynUnanswered.ID,
                        Blame.NETWORK_TO_UPSTREAM,
                        Confidence.LIKELY,
                        U,
                        7.2,
                        word(Clue.TRIED, U, "[fe80::5%2]:5432"),
                        amount(Clue.SYNS, U, 4)),
                OVER_IPV6));
        names(all);
        all.add(said(
                "RST", ConnectRefused.ID, Blame.UPSTREAM, Confidence.PROVED, U, 0.1, ago(Clue.CONNECT_RST, U, 0.1)));
        all.add(said(
                "errno",
                ConnectRefused.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                word(Clue.CONNECT_ERRNO, U, "ECONNREFUSED"),
                amount(Clue.TRIES_FAILED, U, 3)));
        all.add(said(
                "reset",
                ConnectRefused.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                word(Clue.CONNECT_RESULT, U, "reset")));
        all.add(said(
                "ICMP",
                ConnectUnreachable.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.PROVED,
                U,
                0.1,
                word(Clue.CONNECT_ICMP, U, "host_unreachable from 10.0.0.254")));
        all.add(said(
                "errno",
                ConnectUnreachable.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                word(Clue.CONNECT_ERRNO, U, "EHOSTUNREACH")));
        all.add(said(
                "denied",
                ConnectUnreachable.ID,
                Blame.CONFIGURATION,
                Confidence.LIKELY,
                U,
                0.1,
                word(Clue.CONNECT_RESULT, U, "denied")));
        all.add(new Said(
                "no address",
                finding(
                        ConnectUnreachable.ID,
                        Blame.CONFIGURATION,
                        Confidence.LIKELY,
                        U,
                        0.1,
                        word(Clue.CONNECT_RESULT, U, "unresolvable")),
                named("db.example")));
        all.add(new Said(
                "a strange name",
                finding(
                        ConnectUnreachable.ID,
                        Blame.CONFIGURATION,
                        Confidence.LIKELY,
                        U,
                        0.1,
                        word(Clue.CONNECT_RESULT, U, "unresolvable")),
                named("db'; reboot")));
        all.add(said(
                "on this host",
                BacklogFull.ID,
                Blame.UPSTREAM,
                Confidence.PROVED,
                U,
                7,
                amount(Clue.LISTENER_WAITING, U, 129),
                amount(Clue.LISTENER_BACKLOG, U, 128)));
        all.add(said(
                "from afar",
                BacklogFull.ID,
                Blame.UPSTREAM,
                Confidence.POSSIBLE,
                U,
                7,
                amount(Clue.SYN_ACKS_AGAIN, U, 3)));
        all.add(said(
                "unread",
                UpstreamNotAccepting.ID,
                Blame.UPSTREAM,
                Confidence.PROVED,
                U,
                3.2,
                amount(Clue.PEER_UNREAD, U, 512),
                amount(Clue.LISTENER_WAITING, U, 1),
                amount(Clue.LISTENER_BACKLOG, U, 128)));
        all.add(said(
                "silence",
                HandshakeUnfinished.ID,
                Blame.CLIENT,
                Confidence.LIKELY,
                C,
                7,
                amount(Clue.SYN_ACKS_AGAIN, C, 1)));
        all.add(said(
                "deaf",
                HandshakeUnfinished.ID,
                Blame.NETWORK_TO_CLIENT,
                Confidence.PROVED,
                C,
                7,
                amount(Clue.SYN_ACKS_AGAIN, C, 3),
                amount(Clue.SYNS_AGAIN, C, 2)));
    }

    private static void proxy(List<Said> all) {
        all.add(said(
                "known",
                AcceptDelayed.ID,
                Blame.FINSPECT,
                Confidence.PROVED,
                C,
                2.1,
                amount(Clue.ACCEPT_DELAY, C, 2_050_000_000L)));
        for (String limit : List.of(
                "descriptors",
                "memory",
                "loop",
                "session_limit",
                "client_limit",
                "unspoken_limit",
                "shutdown",
                "held_bytes",
                "new")) {
            all.add(said(
                    limit, ProxyLimited.ID, Blame.FINSPECT, Confidence.PROVED, null, 5, word(Clue.LIMIT, null, limit)));
        }
        all.add(said(
                "TIME-WAIT",
                PortExhaustion.ID,
                Blame.CONFIGURATION,
                Confidence.PROVED,
                U,
                0.1,
                amount(Clue.TIME_WAITS, U, 28_231)));
    }

    private static void data(List<Said> all) {
        Evidence sent = ago(Clue.LAST_SENT, U, 42);
        Evidence turn = amount(Clue.TURN_SENT, U, 512);
        Evidence acked = amount(Clue.ALL_ACKNOWLEDGED, U, 2048);
        Evidence held = word(Clue.PEER_PROGRAM, U, "postgres (pid 812)");
        all.add(said(
                "read",
                UpstreamSilent.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                42,
                sent,
                turn,
                acked,
                amount(Clue.PEER_UNREAD, U, 0),
                held));
        all.add(said(
                "unread",
                UpstreamSilent.ID,
                Blame.UPSTREAM,
                Confidence.PROVED,
                U,
                42,
                sent,
                turn,
                acked,
                amount(Clue.PEER_UNREAD, U, 512),
                held));
        all.add(said(
                "unseen",
                UpstreamSilent.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                42,
                turn,
                acked,
                word(Clue.PEER_UNSEEN, U, "it lives in another network namespace")));
        all.add(new Said(
                "from afar, over IPv6",
                finding(UpstreamSilent.ID, Blame.UPSTREAM, Confidence.LIKELY, U, 42, sent),
                OVER_IPV6));
        Evidence hello = ago(Clue.TLS_CLIENT_HELLO, C, 12);
        Evidence size = amount(Clue.TLS_CLIENT_HELLO_BYTES, C, 1_823);
        all.add(said(
                "no ServerHello",
                TlsHandshakeStalled.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                12,
                word(Clue.TLS_AWAITED, U, "a ServerHello"),
                hello,
                size,
                word(Clue.TLS_SERVER_NAME, C, "db.example"),
                amount(Clue.PEER_UNREAD, U, 1_823),
                held));
        all.add(said(
                "half a ClientHello",
                TlsHandshakeStalled.ID,
                Blame.CLIENT,
                Confidence.POSSIBLE,
                C,
                12,
                word(Clue.TLS_AWAITED, C, "the rest of the ClientHello"),
                amount(Clue.BYTES_RECEIVED, C, 1_448),
                size));
        all.add(said(
                "client in clear",
                NotTls.ID,
                Blame.CONFIGURATION,
                Confidence.PROVED,
                C,
                12,
                word(Clue.TLS_NOT_SPOKEN, C, "HTTP in clear")));
        all.add(said(
                "upstream in clear",
                NotTls.ID,
                Blame.CONFIGURATION,
                Confidence.PROVED,
                U,
                12,
                word(Clue.TLS_NOT_SPOKEN, U, "SSH")));
        all.add(said(
                "greeted",
                ClientSilent.ID,
                Blame.CLIENT,
                Confidence.LIKELY,
                C,
                75,
                ago(Clue.LAST_SENT, C, 75),
                amount(Clue.TURN_SENT, C, 1),
                amount(Clue.ALL_ACKNOWLEDGED, C, 1)));
        all.add(said(
                "banner",
                NobodySpeaks.ID,
                Blame.CONFIGURATION,
                Confidence.POSSIBLE,
                null,
                61,
                ago(Clue.ESTABLISHED, C, 61)));
        all.add(said(
                "this host",
                NotReading.CLIENT,
                Blame.CLIENT,
                Confidence.PROVED,
                C,
                12,
                amount(Clue.NOT_SENT, C, 2_500_000),
                amount(Clue.PEER_UNREAD, C, 131_072),
                word(Clue.PEER_PROGRAM, C, "java (pid 99)")));
        all.add(said(
                "afar",
                NotReading.UPSTREAM,
                Blame.UPSTREAM,
                Confidence.PROVED,
                U,
                190,
                amount(Clue.NOT_SENT, U, 65_536)));
        all.add(said(
                "client first",
                BothNotReading.ID,
                Blame.CLIENT,
                Confidence.LIKELY,
                null,
                12,
                ago(Clue.WINDOW_CLOSED, C, 12)));
        all.add(said(
                "together",
                BothNotReading.ID,
                Blame.CLIENT,
                Confidence.POSSIBLE,
                null,
                12,
                ago(Clue.WINDOW_CLOSED, C, 12)));
        all.add(said(
                "known",
                NetworkLoss.ID,
                Blame.NETWORK_TO_CLIENT,
                Confidence.PROVED,
                C,
                4,
                amount(Clue.SEGMENTS_UNACKNOWLEDGED, C, 10),
                amount(Clue.RETRANSMITS_SENT, C, 5),
                amount(Clue.BACKOFFS, C, 1),
                word(Clue.LAST_ICMP, C, "fragmentation_needed from 10.0.0.254")));
        all.add(said(
                "no entry",
                NatForgot.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                4,
                amount(Clue.BACKOFFS, U, 3),
                amount(Clue.RESTED, U, 700_000_000_000L),
                word(Clue.TRACKED, U, "none"),
                amount(Clue.TRACKED_FOR, U, 600_000_000_000L),
                amount(Clue.RETRANSMITS_REFUSED, U, 2)));
        all.add(said(
                "cannot be sent",
                NatForgot.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                4,
                amount(Clue.NOT_SENT, U, 500),
                amount(Clue.RESTED, U, 700_000_000_000L),
                word(Clue.TRACKED, U, "none"),
                amount(Clue.TRACKED_FOR, U, 600_000_000_000L)));
        all.add(said(
                "translated otherwise",
                NatForgot.ID,
                Blame.CLIENT_SIDE,
                Confidence.POSSIBLE,
                C,
                4,
                amount(Clue.BACKOFFS, C, 3),
                amount(Clue.RESTED, C, 700_000_000_000L),
                word(Clue.TRACKED, C, "ESTABLISHED, unreplied, made in mid-stream"),
                word(Clue.TRACKED_AS, C, "192.0.2.1:15432 > 10.0.0.7:51334"),
                amount(Clue.TRACKED_FOR, C, 600_000_000_000L)));
        all.add(said(
                "sent",
                PathMtu.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                12,
                amount(Clue.SIZE_PASSED, U, 612),
                amount(Clue.SIZE_LOST, U, 1_448),
                amount(Clue.TIMES_SENT, U, 6),
                amount(Clue.PATH_MTU, U, 1_500)));
        all.add(said(
                "reported",
                PathMtu.ID,
                Blame.NETWORK_TO_CLIENT,
                Confidence.PROVED,
                C,
                12,
                amount(Clue.SIZE_LOST, C, 1_448),
                amount(Clue.ICMP_MTU, C, 1_400)));
        all.add(said(
                "received",
                PathMtu.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                12,
                amount(Clue.SIZE_RECEIVED, U, 104),
                amount(Clue.BYTES_MISSING, U, 2_896),
                amount(Clue.SIZE_FULL, U, 1_448),
                ago(Clue.GAP_SINCE, U, 12)));
        all.add(said(
                "gone",
                PeerVanished.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                20,
                ago(Clue.LAST_HEARD, U, 24),
                amount(Clue.BACKOFFS, U, 6),
                amount(Clue.PROBES_UNANSWERED, U, 3),
                word(Clue.LAST_ICMP, U, "host_unreachable from 10.0.0.254")));
        all.add(said(
                "cannot be sent",
                PeerVanished.ID,
                Blame.UPSTREAM_SIDE,
                Confidence.POSSIBLE,
                U,
                20,
                ago(Clue.LAST_HEARD, U, 24),
                amount(Clue.NOT_SENT, U, 500)));
        all.add(said(
                "given up",
                PeerVanished.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                950,
                word(Clue.ENDED_BY_ERROR, U, "ETIMEDOUT")));
        all.add(said("pool", Idle.ID, Blame.NOBODY, Confidence.PROVED, null, 8_000, ago(Clue.LAST_SENT, C, 8_000)));
    }

    private static void closing(List<Said> all) {
        all.add(said(
                "leak",
                NotClosing.UPSTREAM,
                Blame.UPSTREAM,
                Confidence.PROVED,
                U,
                61,
                amount(Clue.FIN_ACKNOWLEDGED, U, 300_000),
                word(Clue.PEER_STATE, U, "CLOSE-WAIT"),
                word(Clue.PEER_PROGRAM, U, "redis-server (pid 7)")));
        all.add(said("afar", NotClosing.CLIENT, Blame.CLIENT, Confidence.LIKELY, C, 61, ago(Clue.FIN_SENT, C, 61)));
        all.add(said(
                "at work",
                HalfClosedActive.ID,
                Blame.NOBODY,
                Confidence.PROVED,
                U,
                61,
                amount(Clue.RECEIVED_AFTER_FIN, U, 20_000_000)));
        all.add(said(
                "repeated",
                FinLost.ID,
                Blame.NETWORK_TO_CLIENT,
                Confidence.POSSIBLE,
                C,
                4,
                amount(Clue.FIN_RETRANSMITS, C, 3)));
        all.add(said(
                "time-out",
                ResetAfterIdle.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.RESTED, U, 60_020_000_000L)));
        all.add(said(
                "a box",
                ResetAfterIdle.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.RESTED, U, 350_000_000_000L)));
        all.add(said(
                "a limit that rests enclose",
                ResetAfterIdle.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.RESTED, U, 351_000_000_000L),
                amount(Clue.IDLE_SURVIVED, U, 340_000_000_000L),
                amount(Clue.IDLE_ENDED, U, 350_000_000_000L),
                amount(Clue.IDLE_ENDS, U, 3)));
        all.add(said(
                "a limit that keep-alive comes too late for",
                ResetAfterIdle.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.RESTED, U, 351_000_000_000L),
                amount(Clue.IDLE_ENDED, U, 350_000_000_000L),
                amount(Clue.IDLE_ENDS, U, 3),
                amount(Clue.KEEP_ALIVE_AFTER, U, 7_200_000_000_000L)));
        all.add(said(
                "a limit that keep-alive comes in time for",
                ResetAfterIdle.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.RESTED, U, 351_000_000_000L),
                amount(Clue.IDLE_ENDED, U, 350_000_000_000L),
                amount(Clue.IDLE_ENDS, U, 3),
                amount(Clue.KEEP_ALIVE_AFTER, U, 60_000_000_000L)));
        all.add(said(
                "a limit without keep-alive",
                ResetAfterIdle.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.RESTED, U, 351_000_000_000L),
                amount(Clue.IDLE_ENDED, U, 350_000_000_000L),
                amount(Clue.IDLE_ENDS, U, 3),
                word(Clue.KEEP_ALIVE, U, "off")));
        all.add(said(
                "a limit of the client's side",
                ResetAfterIdle.ID,
                Blame.CLIENT,
                Confidence.LIKELY,
                C,
                0.1,
                amount(Clue.RESTED, C, 351_000_000_000L),
                amount(Clue.IDLE_ENDED, C, 350_000_000_000L),
                amount(Clue.IDLE_ENDS, C, 1)));
        all.add(said(
                "the client",
                ResetAfterIdle.ID,
                Blame.CLIENT,
                Confidence.LIKELY,
                C,
                0.1,
                amount(Clue.RESTED, C, 60_020_000_000L)));
        all.add(said(
                "crossed",
                ReusedWhileClosing.ID,
                Blame.CONFIGURATION,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.TURN_SENT, U, 120)));
        all.add(said(
                "proved",
                ResetWithUnread.ID,
                Blame.UPSTREAM,
                Confidence.PROVED,
                U,
                0.1,
                amount(Clue.PEER_UNREAD, U, 700),
                word(Clue.PEER_PROGRAM, U, "nginx (pid 31)")));
        all.add(said(
                "by the kernel",
                ResetWithUnread.ID,
                Blame.UPSTREAM,
                Confidence.PROVED,
                U,
                0.1,
                word(Clue.RST_REASON, U, "TCP_ABORT_ON_CLOSE")));
        all.add(said(
                "the client stopped",
                ResetWithUnread.ID,
                Blame.NOBODY,
                Confidence.POSSIBLE,
                C,
                0.1,
                amount(Clue.BYTES_UNACKNOWLEDGED, C, 90_000)));
        all.add(said(
                "time to live",
                ResetInjected.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                amount(Clue.RST_TTL, U, 250),
                amount(Clue.LEAST_TTL, U, 54),
                amount(Clue.GREATEST_TTL, U, 55)));
        all.add(said(
                "one hop, out of window",
                ResetInjected.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.POSSIBLE,
                U,
                0.1,
                ago(Clue.RST_OUT_OF_WINDOW, U, 0.1),
                amount(Clue.RST_TTL, U, 63),
                amount(Clue.LEAST_TTL, U, 64),
                amount(Clue.GREATEST_TTL, U, 64)));
        all.add(said(
                "time to live of one only",
                ResetInjected.ID,
                Blame.NETWORK_TO_UPSTREAM,
                Confidence.POSSIBLE,
                U,
                0.1,
                amount(Clue.RST_TTL, U, 63)));
        all.add(said(
                "by RST",
                HalfCloseRefused.ID,
                Blame.UPSTREAM,
                Confidence.LIKELY,
                U,
                0.1,
                ago(Clue.RST_RECEIVED, U, 0.1)));
        all.add(said("sized", EmptyReply.ID, Blame.UPSTREAM, Confidence.LIKELY, U, 0.1, amount(Clue.TURN_SENT, U, 78)));
    }

    private static Parties named(String host) {
        return new Parties(
                "db", PARTIES.client(), PARTIES.clientLocal(), null, InetSocketAddress.createUnresolved(host, 5432));
    }

    private static Said said(
            String variant,
            FindingId id,
            Blame blame,
            Confidence confidence,
            @Nullable Leg leg,
            double seconds,
            Evidence... evidence) {
        return new Said(variant, finding(id, blame, confidence, leg, seconds, evidence), PARTIES);
    }

    /** A finding of which the evidence says nothing that the sentence wants. */
    private static Said bare(String variant, FindingId id, Blame blame, @Nullable Leg leg) {
        Confidence confidence = id.equals(SynUnanswered.ID) ? Confidence.PROVED : Confidence.LIKELY;
        return new Said(variant, finding(id, blame, confidence, leg, 0, amount(Clue.BYTES_SENT, leg, 1)), UNKNOWN);
    }

    private static Finding finding(
            FindingId id, Blame blame, Confidence confidence, @Nullable Leg leg, double seconds, Evidence... evidence) {
        return Findings.of(id, blame, confidence, leg, NOW - Math.round(seconds * 1e9), Arrays.asList(evidence))
                .seenAt(NOW, List.of());
    }

    private static Evidence ago(Clue clue, @Nullable Leg leg, double seconds) {
        return new Evidence(clue, leg, Source.WIRE, NOW - Math.round(seconds * 1e9), 0, null);
    }

    private static Evidence amount(Clue clue, @Nullable Leg leg, long amount) {
        return new Evidence(clue, leg, Source.KERNEL, Evidence.TIMELESS, amount, null);
    }

    private static Evidence word(Clue clue, @Nullable Leg leg, String text) {
        return new Evidence(clue, leg, Source.KERNEL, Evidence.TIMELESS, 0, text);
    }
}
