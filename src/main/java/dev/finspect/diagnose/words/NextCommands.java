package dev.finspect.diagnose.words;

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

/**
 * The commands to run next, for a shell on Linux, with the tuple filled in. Each kind of finding picks its commands in the order
 * in which to run them. A command whose address is not known is left out. Pure.
 */
public final class NextCommands {
    private static final Pattern PROCESS = Pattern.compile("^(?<name>.*) \\(pid (?<pid>\\d+)\\)$");

    private final Finding finding;
    private final @Nullable String session;
    private final Parties parties;
    private final Leg leg;
    private final Tuple tuple;
    private final List<Step> steps = new ArrayList<>(6);

    /**
     * None so far.
     *
     * @param session the session's id, for commands that ask finspect about it; null leaves these out
     */
    public NextCommands(Finding finding, Parties parties, @Nullable String session) {
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

    /** What was added, in that order. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** What the finding is, for kinds whose commands depend on it. */
    public Finding finding() {
        return finding;
    }

    /** Who took part in the session. */
    public Parties parties() {
        return parties;
    }

    /** Who holds the local ports towards the upstream, and how many there are. */
    public NextCommands ports() {
        Tuple.End peer = tuple.peer();
        if (peer != null) {
            add(
                    "ss -tanH 'dst " + peer.socket() + "' | awk '{print $1}' | sort | uniq -c",
                    "who holds the ports towards it, by state");
        }
        return add(
                "sysctl net.ipv4.ip_local_port_range net.ipv4.tcp_tw_reuse",
                "how many local ports there are, and whether those in TIME-WAIT are reused");
    }

    /** finspect's socket; of a connection that finspect is not in, that of the other end. */
    public NextCommands own() {
        String whose = isDirect() ? "the " + leg.other().label() + "'s" : "finspect's";
        return tuple.ss().isEmpty()
                ? this
                : add("ss -tanpeoi '" + tuple.ss() + "'", whose + " socket: state, timer, queues, retransmissions");
    }

    /** Whether both ends of one connection are the two parties. */
    private boolean isDirect() {
        return parties.client().equals(parties.upstreamLocal());
    }

    /** The peer's socket, on its host. */
    public NextCommands peer() {
        return tuple.peerSs().isEmpty()
                ? this
                : add(
                        "ss -tanpeoi '" + tuple.peerSs() + "'",
                        "on the " + leg.label()
                                + "'s host: the peer's socket with its state, unread bytes (Recv-Q) and program");
    }

    /** finspect's socket on the other leg. */
    public NextCommands both() {
        Tuple other = tuple(leg.other());
        return other.ss().isEmpty()
                ? this
                : add(
                        "ss -tanpeoi '" + other.ss() + "'",
                        "finspect's socket towards the " + leg.other().label());
    }

    /** What the peer's program is doing, where its process is known; of a well-known program also what it reports itself. */
    public NextCommands program() {
        long pid = processId();
        if (pid >= 0) {
            add("grep State /proc/" + pid + "/status", "whether the program is stopped (T) or sleeping (S, D)")
                    .add("cat /proc/" + pid + "/stack", "where in the kernel its first thread waits (root)")
                    .add("lsof -nP -a -p " + pid + " -i", "other connections that it may be waiting for");
        }
        if (finding.accuses()) {
            Tuple.End own = tuple.local();
            steps.addAll(
                    Inquiry.of(tuple.peer(), leg == Leg.UPSTREAM, own == null ? -1 : own.port(), programName(), pid));
        }
        return this;
    }

    /** A keep-alive probe by finspect; needs the session's id. */
    public NextCommands probe() {
        return session == null
                ? this
                : add(
                        "finspect explain --probe " + quoted(session),
                        "whether the peer's host still answers keep-alive probes: its program is silent, or the host is gone");
    }

    /** Packets of this connection. */
    public NextCommands packets(boolean withIcmp) {
        return tuple.local() == null && tuple.peer() == null
                ? this
                : tcpdump(tuple.tcpdump(), withIcmp, "packets of this connection from now on (root)");
    }

    /** Packets of the next connections like this one, which is over: of the service's port, or of this client with finspect's. */
    public NextCommands nextPackets(boolean withIcmp) {
        Tuple.End peer = tuple.peer();
        Tuple.End service = leg == Leg.CLIENT ? tuple.local() : peer;
        return peer == null || service == null
                ? this
                : tcpdump(
                        "tcp and host " + peer.address() + " and port " + service.port(),
                        withIcmp,
                        "packets of the next connection to which this happens (root)");
    }

    private NextCommands tcpdump(String expression, boolean withIcmp, String shows) {
        String all = withIcmp ? "(" + expression + ") or " + tuple.icmp() : expression;
        return add("tcpdump -ni any -c 100 '" + all + "'", shows + (withIcmp ? ", with ICMP errors" : ""));
    }

    /** The upstream's listener; with {@code own}, finspect's. */
    public NextCommands listener(boolean own) {
        Tuple.End end = own ? tuple.local() : tuple.peer();
        String shows = (own ? "" : "on the upstream's host: ")
                + "who listens; Recv-Q is the number of connections waiting for accept(), Send-Q the backlog";
        return end == null ? this : add("ss -ltnp 'sport = :" + end.port() + "'", shows);
    }

    /** Half-open connections of the client. */
    public NextCommands halfOpen() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add(
                        "ss -tan state syn-recv 'dst " + (peer.v6() ? "[" + peer.address() + "]" : peer.address())
                                + "'",
                        "half-open connections of this client");
    }

    /** Connections dropped by full listeners. */
    public NextCommands drops() {
        return add(
                "nstat -az TcpExtListenOverflows TcpExtListenDrops",
                "on the upstream's host: connections dropped by full listeners; run it twice");
    }

    /** Retransmissions of this host. */
    public NextCommands losses() {
        return add(
                "nstat -az TcpRetransSegs TcpExtTCPTimeouts TcpExtTCPLostRetransmit",
                "whether other connections of this host lose packets too; run it twice");
    }

    /** Resets sent by the peer's host. */
    public NextCommands aborts() {
        return add(
                "nstat -az TcpExtTCPAbortOnClose TcpExtTCPAbortOnData TcpOutRsts",
                "on the " + leg.label() + "'s host: closes with unread bytes (OnClose), RSTs sent; run it twice");
    }

    /** Keep-alive settings. */
    public NextCommands timeOuts() {
        return add(
                "sysctl net.ipv4.tcp_keepalive_time",
                "after how long keep-alive probes an idle connection, if the program enables it");
    }

    /** What this host's connection tracking remembers of the connection, and for how long it remembers any. */
    public NextCommands conntrack() {
        Tuple.End client = leg == Leg.CLIENT ? tuple.peer() : tuple.local();
        Tuple.End service = leg == Leg.CLIENT ? tuple.local() : tuple.peer();
        if (client != null && service != null) {
            add(
                    "conntrack -L -p tcp --orig-port-src " + client.port() + " --orig-port-dst " + service.port()
                            + (client.v6() ? " -f ipv6" : ""),
                    "the entry of this connection, if there is one (root); an answer that says 0 flow entries means that there is"
                            + " none");
        }
        return add(
                        "sysctl net.netfilter.nf_conntrack_tcp_timeout_established net.netfilter.nf_conntrack_tcp_loose"
                                + " net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max",
                        "after how many seconds an idle connection is forgotten, and whether the table is full")
                .add(
                        "echo 432000 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established",
                        "a cure: idle connections are remembered for five days, as by default (root)");
    }

    /** The route to the peer. */
    public NextCommands route() {
        Tuple.End peer = tuple.peer();
        return peer == null || !peer.zone().isEmpty()
                ? this
                : add("ip route get " + peer.address(), "interface and gateway of packets to it");
    }

    /** The peer's link-layer address. */
    public NextCommands neighbour() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add("ip neigh show to " + peer.address(), "FAILED if nothing on the link answers for the address");
    }

    /** The path to the peer, with its MTU. */
    public NextCommands path() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add("tracepath -n " + peer.scoped(), "the path, and the largest packet it takes (pmtu)");
    }

    /** Whether the peer's host answers. */
    public NextCommands ping() {
        Tuple.End peer = tuple.peer();
        return peer == null
                ? this
                : add("ping -n -c 3 " + peer.scoped(), "whether the host answers at all, unless a filter drops ICMP");
    }

    /** Whether packets that carry so many bytes of a segment get to the peer's host. */
    public NextCommands largePing(long segmentBytes) {
        Tuple.End peer = tuple.peer();
        // The options of TCP with time stamps take 12 bytes, the header of TCP 20, that of ICMP 8.
        return peer == null
                ? this
                : add(
                        "ping -n -c 3 -M do -s " + (segmentBytes + 24) + " " + peer.scoped(),
                        "whether a packet of that size gets through; then a smaller one, such as -s 500");
    }

    /** The kernel's own way out of a path that swallows large packets. */
    public NextCommands probeMtu() {
        return add(
                "echo 1 > /proc/sys/net/ipv4/tcp_mtu_probing",
                "a cure: the kernel tries smaller segments after some time-outs, on the sender's host (root)");
    }

    /** The cure on the way. */
    public NextCommands clampMss() {
        return add(
                "nft 'add rule inet filter forward tcp flags syn tcp option maxseg size set rt mtu'",
                "a cure: new connections never send larger segments; on the router before the tunnel (root, names of its table"
                        + " and chain)");
    }

    /** Any other command. */
    public NextCommands add(String command, String shows) {
        steps.add(new Step(command, shows));
        return this;
    }

    private long processId() {
        Matcher written = process();
        return written.find() ? Long.parseLong(written.group("pid")) : -1;
    }

    private @Nullable String programName() {
        Matcher written = process();
        return written.find() ? written.group("name") : null;
    }

    private Matcher process() {
        Evidence held = finding.first(Clue.PEER_PROGRAM);
        return PROCESS.matcher(held == null || held.text() == null ? "" : held.text());
    }

    private Tuple tuple(Leg of) {
        if (of == Leg.CLIENT) {
            return new Tuple(Tuple.End.of(parties.clientLocal()), Tuple.End.of(parties.client()));
        }
        Evidence tried = finding.first(Clue.TRIED);
        Tuple.End peer = tried == null || tried.text() == null ? null : Tuple.End.parse(tried.text());
        return new Tuple(Tuple.End.of(parties.upstreamLocal()), peer == null ? Tuple.End.of(parties.upstream()) : peer);
    }

    /** A word as a shell takes it. */
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9._:-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
