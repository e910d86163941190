package dev.finspect.session.host;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explained;
import dev.finspect.session.explain.Explanation;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection of this host that does not go on.
 *
 * @param record what is known of it, with at least one finding
 * @param originator that end's socket, as far as it is on this host; null where it is not
 * @param responder the other end's likewise
 * @param originatorEnter what to write before a command that is to run in the network namespace of the originator; empty for
 *     finspect's own, and where it is not on this host
 * @param responderEnter the same of the responder
 */
public record HostSession(
        SessionRecord record,
        @Nullable PeerSocket originator,
        @Nullable PeerSocket responder,
        String originatorEnter,
        String responderEnter) {

    /** The same with another record, such as one with other names. */
    public HostSession with(SessionRecord other) {
        return new HostSession(other, originator, responder, originatorEnter, responderEnter);
    }

    /** It in words; commands run in the namespace of the socket that they are about. */
    public Explanation explanation() {
        Explanation plain = Explanation.of(record, List.of(), Thresholds.STANDARD);
        return new Explanation(
                plain.id(),
                plain.parties(),
                plain.findings().stream().map(this::inItsNamespace).toList(),
                plain.outlook(),
                plain.flow(),
                plain.ladder(),
                plain.meanwhile());
    }

    private Explained inItsNamespace(Explained each) {
        return new Explained(
                each.found(),
                each.tense(),
                each.sentence(),
                each.contradictions(),
                each.steps().stream()
                        .map(step -> new NextCommands.Step(
                                enter(step.command(), each.finding().leg()) + step.command(), step.shows()))
                        .toList());
    }

    /** Files of /proc and processes are the same in every network namespace. */
    private String enter(String command, @Nullable Leg leg) {
        if (command.startsWith("grep ") || command.startsWith("cat ") || command.startsWith("lsof ")) {
            return "";
        }
        FourTuple tuple =
                FourTuple.of(record.identity().client(), record.identity().accepted());
        if (command.contains("src " + socket(tuple.sourceSocket()))) {
            return originatorEnter;
        }
        boolean ofResponder = command.contains("src " + socket(tuple.destinationSocket()))
                || command.startsWith("ss -ltn")
                || command.startsWith("nstat -az TcpExtListen")
                || command.startsWith("sysctl net.core.somaxconn")
                || leg == Leg.CLIENT;
        boolean isHere = responder != null;
        return ofResponder && isHere ? responderEnter : originator == null ? responderEnter : originatorEnter;
    }

    private static String socket(InetSocketAddress end) {
        return IpText.endpoint(end);
    }

    /** What was found; not empty. */
    public List<Finding> findings() {
        Diagnosed diagnosed = record.diagnosed();
        return diagnosed == null
                ? List.of()
                : diagnosed.findings().stream().map(SessionFinding::finding).toList();
    }

    /** What it hangs by: the first of its findings. */
    public Finding worst() {
        return findings().get(0);
    }

    /** The program that is to blame, or waits for who is; empty where neither can be named. */
    public String program() {
        Blame blame = worst().blame();
        Leg leg = worst().leg();
        boolean ofOriginator = blame == Blame.CLIENT || (leg == Leg.CLIENT && blame.leg() == Leg.CLIENT);
        String owes = name(ofOriginator ? originator : responder);
        String waits = name(ofOriginator ? responder : originator);
        return !owes.isEmpty() ? owes : waits;
    }

    private static String name(@Nullable PeerSocket socket) {
        String program = socket == null ? null : socket.program();
        return socket == null || program == null ? "" : program + " (" + socket.processId() + ")";
    }
}
