package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import java.util.List;

/** What would contradict a finding, were it seen. Pure. */
public final class Contradictions {
    private Contradictions() {}

    /** Each says what one would see if the finding, or its blame, were wrong; the likeliest first. Never empty. */
    public static List<String> of(Finding finding) {
        return switch (finding.id()) {
            case SYN_UNANSWERED ->
                finding.confidence() == Confidence.PROVED
                        ? List.of("a SYN-ACK, RST or ICMP error on the wire", "SYNs that never leave this host")
                        : List.of(
                                "Recv-Q above Send-Q at the upstream's listener: its queue is full, and the upstream is to blame",
                                "a SYN-ACK, RST or ICMP error on the wire",
                                "SYNs that never leave this host");
            case CONNECT_REFUSED ->
                List.of(
                        "an ICMP port unreachable in answer to the SYN: a packet filter refuses, not the upstream",
                        "a listener on that address and port: then a filter sends the RST",
                        "an RST whose time to live is not that of the upstream's other segments");
            case CONNECT_UNREACHABLE ->
                finding.blame() == Blame.CONFIGURATION
                        ? List.of("the same look-up or connect() that succeeds by hand on this host, as the same user")
                        : List.of(
                                "a connection to the same address by hand that succeeds",
                                "a route and a neighbour entry for the address on this host, and no ICMP error on the wire");
            case BACKLOG_FULL ->
                finding.confidence() == Confidence.POSSIBLE
                        ? List.of(
                                "Recv-Q not above Send-Q at the upstream's listener, and TcpExtListenOverflows at rest: then the way to it loses what is sent",
                                "the connection in state ESTAB on the upstream's host")
                        : List.of("TcpExtListenOverflows at rest on that host while SYNs are dropped");
            case UPSTREAM_NOT_ACCEPTING ->
                List.of(
                        "an inode and a program at the upstream's socket: it was accepted meanwhile",
                        "a byte from the upstream");
            case HANDSHAKE_UNFINISHED ->
                List.of(
                        "an ACK of the client on the wire: then finspect's own accept queue is full",
                        "an RST of the client: it has refused, and nothing is unfinished");
            case ACCEPT_DELAYED ->
                List.of(
                        "a final ACK that was repeated or came late: then the capture's clock or the network is the reason");
            case PROXY_LIMITED ->
                List.of(
                        "finspect's own counters, which show no limit reached at that time",
                        "other new sessions that open without delay");
            case PORT_EXHAUSTION ->
                List.of(
                        "few sockets towards that address in ss: then no local address fits, or one that finspect is to bind is missing");
            case UPSTREAM_SILENT -> silent(finding, "the client");
            case CLIENT_SILENT -> silent(finding, "the upstream");
            case NOBODY_SPEAKS ->
                List.of("a byte either way", "a pool that opens connections ahead of need: then it is idle, not hung");
            case UPSTREAM_NOT_READING, CLIENT_NOT_READING ->
                List.of(
                        "a window update, or bytes acknowledged beyond the window's edge",
                        "Recv-Q of 0 at the peer's socket: then the window is kept shut on the way to it",
                        "a Recv-Q that shrinks: it reads, only slowly");
            case BOTH_NOT_READING -> List.of("a window update from either side");
            case NETWORK_LOSS ->
                List.of(
                        "the segments arriving on the peer's host, and its ACKs leaving it: then the way back loses them",
                        "a receive window of 0: the peer does not read, and nothing is lost");
            case PEER_VANISHED ->
                List.of(
                        "any segment of the peer, an answer to a keep-alive probe among them",
                        "the connection in state ESTAB on the peer's host: then the way between is cut");
            case UPSTREAM_NOT_CLOSING, CLIENT_NOT_CLOSING ->
                List.of(
                        "bytes of the peer after the FIN: it is at work on what is half-closed",
                        "FIN-WAIT-2 or no socket at all on the peer's host: then its FIN was lost");
            case HALF_CLOSED_ACTIVE -> List.of("no byte for long on the side that is still open");
            case FIN_LOST ->
                List.of(
                        "an ACK of the FIN on the wire",
                        "CLOSE-WAIT on the peer's host: the FIN arrived, and its ACK is lost on the way back");
            case RESET_AFTER_IDLE ->
                List.of(
                        "the peer's log with another reason for the close at that moment",
                        "other sessions that rested longer and lived: then it is no idle time-out",
                        "an RST with another time to live: then a box on the way has forgotten the connection");
            case REUSED_WHILE_CLOSING ->
                List.of("the peer's log with that request in it", "an RST sent before the request had arrived");
            case RESET_WITH_UNREAD ->
                List.of(
                        "a program that sets SO_LINGER to 0, or was killed: it resets without unread bytes too",
                        "an RST with another time to live than the peer's");
            case RESET_INJECTED ->
                List.of(
                        "the same RST leaving the peer's own interface",
                        "a route to the peer that changed at that moment, and with it the time to live");
            case HALF_CLOSE_REFUSED ->
                List.of(
                        "the same end without a half-close before it: then the peer was closing anyway",
                        "the peer's log with an answer that was cut");
            case EMPTY_REPLY ->
                List.of(
                        "bytes of an answer in a capture on the upstream's host",
                        "a protocol in which the client says the last word: then nothing was owed");
            case IDLE -> List.of("a request that the peer's log says is in work");
        };
    }

    private static List<String> silent(Finding finding, String other) {
        String exchange = "a protocol in which " + other + " owes the next word: then nothing is overdue";
        if (finding.first(Clue.PEER_UNREAD) != null) {
            return List.of(exchange, "Recv-Q at the peer's socket that is another by now");
        }
        return List.of(exchange, "Recv-Q above 0 at the peer's socket: then its program has not even read it");
    }
}
