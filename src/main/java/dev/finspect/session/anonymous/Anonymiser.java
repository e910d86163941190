package dev.finspect.session.anonymous;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.record.Lookup;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.PeerSocket;
import dev.finspect.record.ProxyHeader;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.packet.AddressRewriter;
import dev.finspect.wire.tls.ClientHello;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replaces addresses and the names of hosts and programs in what is shown of sessions, consistently within one output. Ports,
 * times, sizes, and the names of routes stay. First {@link #record} takes the names out of a record, of which sentences and
 * commands are made; then {@link #text} takes every address out of what was made. Not thread-safe.
 */
public final class Anonymiser {
    /** A target of the configuration: a host, or an address in brackets, and a port. */
    private static final Pattern TARGET = Pattern.compile("(.+):([0-9]{1,5})");

    private static final Pattern NUMERIC =
            Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[0-9A-Za-z]+)?\\]?");
    /** The program in evidence: {@code nginx (pid 12)}. */
    private static final Pattern PROGRAM = Pattern.compile("(.*)( \\(pid -?[0-9]+\\))");

    private final Pseudonyms pseudonyms = new Pseudonyms();
    /** Host names that were met, and those in their place. */
    private final Map<String, String> hosts = new LinkedHashMap<>();

    /** The text with other addresses, and with other names in the place of the hosts that records have named. */
    public String text(String text) {
        return pseudonyms.text(withoutHosts(text, true));
    }

    /** The same in UTF-8. */
    public byte[] text(byte[] utf8) {
        return text(new String(utf8, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** The record with other names, and its addresses as they are. */
    public SessionRecord record(SessionRecord real) {
        ProxyHeader.Both headers = real.proxyHeaders();
        meet(real.client());
        meet(real.upstream());
        return new SessionRecord(
                real.event(),
                real.identity(),
                real.durationNanos(),
                real.result(),
                leg(real.client()),
                real.single() ? real.upstream() : leg(real.upstream()),
                real.close(),
                diagnosed(real.diagnosed()),
                new ProxyHeader.Both(header(headers.received()), header(headers.sent())));
    }

    /** The kept headers with other addresses. */
    public List<KeptCapture> packets(List<KeptCapture> real) {
        return real.stream()
                .map(leg -> new KeptCapture(
                        leg.leg(), leg.segments().stream().map(this::packet).toList(), leg.omitted(), leg.dropped()))
                .toList();
    }

    private KeptSegment packet(KeptSegment real) {
        byte[] headers = real.headers().clone();
        AddressRewriter.rewrite(headers, pseudonyms::address);
        return new KeptSegment(real.atNanos(), real.interfaceId(), real.direction(), real.ipBytes(), headers);
    }

    /** Learns the names of hosts before any text is rewritten that may have them. */
    private void meet(LegRecord leg) {
        leg.lookups().forEach(each -> host(each.name()));
        leg.attempts().forEach(each -> target(each.target()));
        tls(leg.tls());
    }

    private String host(String real) {
        if (real.isEmpty() || NUMERIC.matcher(real).matches()) {
            return real;
        }
        String known = hosts.get(real);
        if (known == null) {
            known = pseudonyms.name("host", real, ".example");
            hosts.put(real, known);
        }
        return known;
    }

    private @Nullable String target(@Nullable String real) {
        if (real == null) {
            return null;
        }
        Matcher parts = TARGET.matcher(real);
        return parts.matches() ? host(parts.group(1)) + ":" + parts.group(2) : host(real);
    }

    /** {@code dotted} leaves names without a dot: whole outputs have words of their own that are the same, such as "client". */
    private String withoutHosts(String text, boolean dotted) {
        String names = hosts.keySet().stream()
                .filter(each -> !dotted || each.indexOf('.') > 0)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        return names.isEmpty()
                ? text
                : Pattern.compile("(?<![A-Za-z0-9_.-])(?:" + names + ")(?![A-Za-z0-9_-])")
                        .matcher(text)
                        .replaceAll(found -> Matcher.quoteReplacement(String.valueOf(hosts.get(found.group()))));
    }

    private LegRecord leg(LegRecord real) {
        List<Lookup> lookups = real.lookups().stream()
                .map(each ->
                        new Lookup(host(each.name()), each.purpose(), each.askedAt(), each.server(), end(each.end())))
                .toList();
        List<Attempt> attempts = real.attempts().stream().map(this::attempt).toList();
        return new LegRecord(
                real.leg(),
                new LegRecord.Ends(
                        endpoint(real.peer()),
                        endpoint(real.local()),
                        real.ends().tracking()),
                new LegRecord.Search(lookups, attempts),
                real.handshake(),
                real.data(),
                real.close(),
                program(real.peerProgram()),
                real.wire(),
                tls(real.tls()));
    }

    private @Nullable LegTls tls(@Nullable LegTls real) {
        ClientHello offered = real == null ? null : real.hello().offered();
        String name = offered == null ? null : offered.serverName();
        return real == null || offered == null || name == null
                ? real
                : real.with(new ClientHello(host(name), offered.protocols(), offered.versions()));
    }

    private Lookup.@Nullable End end(Lookup.@Nullable End real) {
        return real == null
                ? null
                : new Lookup.End(real.durationNanos(), real.result(), real.answer(), free(real.error()));
    }

    private Attempt attempt(Attempt real) {
        Attempt.End end = real.end();
        return new Attempt(
                target(real.target()),
                endpoint(real.address()),
                endpoint(real.local()),
                real.begunAt(),
                end == null
                        ? null
                        : new Attempt.End(end.result(), end.at(), end.durationNanos(), free(end.detail()), end.errno()),
                real.answers(),
                real.wire(),
                real.kernel());
    }

    /** Another name for one that was not resolved; addresses stay, until the text is made. */
    private @Nullable InetSocketAddress endpoint(@Nullable InetSocketAddress real) {
        return real == null || real.getAddress() != null
                ? real
                : InetSocketAddress.createUnresolved(host(real.getHostString()), real.getPort());
    }

    private PeerProgram program(PeerProgram real) {
        Fact<PeerSocket> socket = real.socket().fact();
        if (socket == null) {
            return real;
        }
        return new PeerProgram(
                Observation.of(new Fact<>(socket(socket.value()), socket.source())),
                real.unreadSince(),
                real.readAt(),
                real.speaksElsewhere(),
                real.greetsElsewhere(),
                real.habit(),
                real.silentElsewhere(),
                real.idleLimit());
    }

    private PeerSocket socket(PeerSocket real) {
        PeerSocket.Holder holder = real.holder();
        return new PeerSocket(
                real.atEpochNanos(),
                real.state(),
                real.unreadBytes(),
                real.unsentBytes(),
                real.due(),
                new PeerSocket.Holder(
                        holder.accepted(),
                        holder.uid(),
                        holder.processId(),
                        programName(holder.program()),
                        holder.processState()),
                real.listening(),
                real.unseen());
    }

    private @Nullable String programName(@Nullable String real) {
        return real == null ? null : pseudonyms.name("program", real, "");
    }

    private @Nullable Diagnosed diagnosed(@Nullable Diagnosed real) {
        if (real == null) {
            return null;
        }
        SessionFinding about = real.about();
        return new Diagnosed(
                about == null ? null : found(about),
                real.findings().stream().map(this::found).toList(),
                real.omitted(),
                real.unreportedChanges());
    }

    private SessionFinding found(SessionFinding real) {
        Finding finding = real.finding();
        return new SessionFinding(
                new Finding(
                        finding.id(),
                        finding.own(),
                        finding.leg(),
                        finding.sinceEpochNanos(),
                        finding.untilEpochNanos(),
                        finding.evidence().stream().map(this::evidence).toList(),
                        finding.alternatives(),
                        finding.explained()),
                real.untilEpochNanos(),
                real.atEnd());
    }

    private Evidence evidence(Evidence real) {
        String text = real.text();
        if (real.clue() == Clue.PEER_PROGRAM && text != null) {
            Matcher parts = PROGRAM.matcher(text);
            text = parts.matches() ? programName(parts.group(1)) + parts.group(2) : programName(text);
        }
        if ((real.clue() == Clue.TLS_SERVER_NAME || real.clue() == Clue.NAME) && text != null) {
            text = host(text);
        }
        return new Evidence(real.clue(), real.leg(), real.source(), real.atEpochNanos(), real.amount(), text);
    }

    private @Nullable ProxyHeader header(@Nullable ProxyHeader real) {
        return real == null
                ? null
                : new ProxyHeader(
                        real.version(),
                        real.bytes(),
                        real.source(),
                        real.destination(),
                        Optional.ofNullable(real.authority()).map(this::host).orElse(null),
                        Optional.ofNullable(real.uniqueId())
                                .map(each -> pseudonyms.name("id", each, ""))
                                .orElse(null),
                        real.tlsVersion());
    }

    /** Words of a library or of the kernel, which may repeat a name that was met. */
    private @Nullable String free(@Nullable String real) {
        return real == null ? null : withoutHosts(real, false);
    }
}
