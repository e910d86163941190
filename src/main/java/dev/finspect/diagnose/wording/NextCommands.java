package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The next commands to run, with the tuple filled in, for a shell on Linux. Pure. */
public final class NextCommands {
    private static final Pattern PROCESS = Pattern.compile("\\(pid (\\d+)\\)$");

    private final Finding finding;
    private final @Nullable String session;
    private final Parties parties;
    private final Leg leg;
    private final Tuple tuple;
    private final List<Step> steps = new ArrayList<>(6);

    private NextCommands(Finding finding, Parties parties, @Nullable String session) {
        this.finding = finding;
        this.session = session;
        this.parties = parties;
        this.leg = finding.leg() == null ? Leg.UPSTREAM : finding.leg();
        this.tuple = tuple(leg);
    }

    /**
     * One command for a shell.
     *
     * @param command as it is typed
     * @param shows half a line: on which host where it is not finspect's, and what it would show
     */
    public record Step(String command, String shows) {}

    /** In the order in which to run them; without those that need the session's id. */
    public static List<Step> of(Finding finding, Parties parties) {
        return of(finding, parties, null);
    }

    /** The same, and those that ask finspect about the session of this id. */
    public static List<Step> of(Finding finding, Parties parties, @Nullable String session) {
        return List.copyOf(new NextCommands(finding, parties, session).all());
    }

    private List<Step> all() {
        switch (finding.id()) {
            case SYN_UNANSWERED -> nextPackets(true).route().listener(false).drops();
            case CONNECT_REFUSED -> listener(false).nextPackets(true);
            case CONNECT_UNREACHABLE -> unreachable();
            case BACKLOG_FULL ->
                listener(false)
                        .drops()
                        .add("sysctl net.core.somaxconn", "on the upstream's host: what a backlog is cut to")
                        .packets(false);
            case UPSTREAM_NOT_ACCEPTING -> listener(false).peer().drops();
            case HANDSHAKE_UNFINISHED -> packets(true).route().halfOpen();
            case ACCEPT_DELAYED -> listener(true).add("cat /proc/pressure/cpu", "whether this host is starved of CPU");
            case PROXY_LIMITED ->
                add("finspect doctor", "limits of this machine against what sessions need")
                        .add("cat /proc/sys/fs/file-nr", "descriptors of the whole system: in use, free, most")
                        .add("ss -s", "how many sockets there are, by kind");
            case PORT_EXHAUSTION -> ports();
            case UPSTREAM_SILENT, CLIENT_SILENT, UPSTREAM_NOT_READING, CLIENT_NOT_READING ->
                own().peer().program().probe().packets(false);
            case UPSTREAM_NOT_CLOSING, CLIENT_NOT_CLOSING ->
                own().peer().program().packets(false);
            case NOBODY_SPEAKS, BOTH_NOT_READING, HALF_CLOSED_ACTIVE, IDLE ->
                own().both().program();
            case NETWORK_LOSS -> own().losses().packets(true).path();
            case PEER_VANISHED -> probe().own().packets(true).ping().route();
            case FIN_LOST -> own().packets(true).peer();
            case RESET_AFTER_IDLE, REUSED_WHILE_CLOSING -> timeOuts().nextPackets(false);
            case RESET_WITH_UNREAD -> aborts().nextPackets(false);
            case RESET_INJECTED -> nextPackets(true).path();
            case HALF_CLOSE_REFUSED -> nextPackets(false).aborts();
            case EMPTY_REPLY -> nextPackets(false).listener(false);
        }
        return steps;
    }

    private NextCommands unreachable() {
        if (parties.upstream() != null && parties.upstream().getAddress() == null) {
            return add(
                    "getent ahosts " + quoted(parties.upstream().getHostString()),
                    "what addresses this host's resolver has for the name");
        }
        if (finding.blame() == Blame.CONFIGURATION) {
            return route().add("nft list ruleset", "whether this host's packet filter forbids it (root)");
        }
        return route().neighbour().nextPackets(true);
    }

    private NextCommands ports() {
        Tuple.End peer = tuple.peer();
        if (peer != null) {
            add(
                    "ss -tanH 'dst " + peer.socket() + "' | awk '{print $1}' | sort | uniq -c",
                    "who holds the ports towards it, by state");
        }
        return add(
                "sysctl net.ipv4.ip_local_port_range net.ipv4.tcp_tw_reuse",
                "how many local ports there are, and whether those in TIME-WAIT are taken again");
    }

    private NextCommands own() {
        return tuple.ss().isEmpty()
                ? this
                : add("ss -tanpeoi '" + tuple.ss() + "'", "finspect's end: state, timer, queues, what was sent again");
    }

    private NextCommands peer() {
        return tuple.peerSs().isEmpty()
                ? this
                : add(
                        "ss -tanpeoi '" + tuple.peerSs() + "'",
                        "on the " + leg.label() + "'s host: its state, unread bytes (Recv-Q) and program");
    }

    /** The other leg's end as well. */
    private NextCommands both() {
        Tuple other = tuple(leg.other());
        return other.ss().isEmpty()
                ? this
                : add(
                        "ss -tanpeoi '" + other.ss() + "'",
                        "finspect's end towards the " + leg.other().label());
    }

    private NextCommands program() {
        long pid = processId();
        if (pid < 0) {
            return this;
        }
        return add("grep State /proc/" + pid + "/status", "whether the program is stopped (T) or waits (S, D)")
                .add("cat /proc/" + pid + "/stack", "where in the kernel its first thread waits (root)")
                .add("lsof -nP -a -p " + pid + " -i", "what else it is connected to, and may wait for");
    }

    private NextCommands probe() {
        return session == null
                ? this
                : add(
                        "finspect explain --probe " + quoted(session),
                        "whether the peer's host still answers keep-alive probes: alive with a silent program, or gone");
    }

    /** Of this connection. */
    private NextCommands packets(boolean withIcmp) {
        return tuple.local() == null && tuple.peer() == null
                ? this
                : tcpdump(tuple.tcpdump(), withIcmp, "what passes on the wire now (root)");
    }

    /** Of the next connections like this one, which is over: the service's port, or this client to finspect's. */
    private NextCommands nextPackets(boolean withIcmp) {
        Tuple.End peer = tuple.peer();
        Tuple.End service = leg == Leg.CLIENT ? tuple.local() : peer;
        return peer == null || service == null
                ? this
                : tcpdump(
                        "tcp and host " + peer.address() + " and port " + service.port(),
                        withIcmp,
                        "what passes on the wire when it happens again (root)");
    }

    private NextCommands tcpdump(String expression, boolean withIcmp, String shows) {
        String all = withIcmp ? "(" + expression + ") or " + tuple.icmp() : expression;
        return add("tcpdump -ni any -c 100 '" + all + "'", shows + (withIcmp ? ", ICMP errors among it" : ""));
    }

    /** The listener of the upstream; or, by {@code own}, finspect's. */
    private NextCommands listener(boolean own) {
        Tuple.End end = own ? tuple.local() : tuple.peer();
        String shows = (own ? "" : "on the upstream's host: ")
                + "who listens; Recv-Q are connections that wait for accept(), Send-Q the backlog";
        return end == null ? this : add("ss -ltnp 'sport = :" + end.port() + "'", shows);
    }

    private NextCommands halfOpen() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add(
                        "ss -tan state syn-recv 'dst " + (peer.v6() ? "[" + peer.address() + "]" : peer.address())
                                + "'",
                        "half-open connections of this client");
    }

    private NextCommands drops() {
        return add(
                "nstat -az TcpExtListenOverflows TcpExtListenDrops",
                "on the upstream's host: what full listeners have dropped; run it twice");
    }

    private NextCommands losses() {
        return add(
                "nstat -az TcpRetransSegs TcpExtTCPTimeouts TcpExtTCPLostRetransmit",
                "whether this host loses elsewhere too; run it twice");
    }

    private NextCommands aborts() {
        return add(
                "nstat -az TcpExtTCPAbortOnClose TcpExtTCPAbortOnData TcpOutRsts",
                "on the " + leg.label() + "'s host: closes with unread bytes (OnClose), RSTs sent; run it twice");
    }

    private NextCommands timeOuts() {
        return add(
                "sysctl net.ipv4.tcp_keepalive_time",
                "when keep-alive would probe an idle connection, where a program switches it on");
    }

    private NextCommands route() {
        Tuple.End peer = tuple.peer();
        return peer == null || !peer.zone().isEmpty()
                ? this
                : add("ip route get " + peer.address(), "by which interface and gateway packets leave for it");
    }

    private NextCommands neighbour() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add("ip neigh show to " + peer.address(), "FAILED where nobody on the link answers for the address");
    }

    private NextCommands path() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add("tracepath -n " + peer.scoped(), "the way there, and the largest packet it takes (pmtu)");
    }

    private NextCommands ping() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add("ping -n -c 3 " + peer.scoped(), "whether the host answers at all, unless filters eat ICMP");
    }

    private NextCommands add(String command, String shows) {
        steps.add(new Step(command, shows));
        return this;
    }

    private long processId() {
        Evidence held = finding.first(Clue.PEER_PROGRAM);
        Matcher written = PROCESS.matcher(held == null || held.text() == null ? "" : held.text());
        return written.find() ? Long.parseLong(written.group(1)) : -1;
    }

    private Tuple tuple(Leg of) {
        if (of == Leg.CLIENT) {
            return new Tuple(Tuple.End.of(parties.clientLocal()), Tuple.End.of(parties.client()));
        }
        Evidence tried = finding.first(Clue.TRIED);
        Tuple.End peer = tried == null || tried.text() == null ? null : Tuple.End.parse(tried.text());
        return new Tuple(Tuple.End.of(parties.upstreamLocal()), peer == null ? Tuple.End.of(parties.upstream()) : peer);
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9._:-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
