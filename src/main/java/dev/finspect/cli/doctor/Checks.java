package dev.finspect.cli.doctor;

import dev.finspect.cli.intercept.ActiveRules;
import dev.finspect.kernel.Descriptors;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.probe.PipeProbe;
import dev.finspect.kernel.probe.SockDiagProbe;
import dev.finspect.kernel.probe.TcpProbes;
import dev.finspect.kernel.sockets.ConntrackReach;
import dev.finspect.kernel.sockets.SocketOwners;
import dev.finspect.record.Tracking;
import dev.finspect.tcp.HumanUnits;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * All checks of {@code finspect doctor}. Each really tries what it reports. Together they take about a second, as root 1.5 s,
 * and some seconds more if packets of a trial are lost.
 */
public final class Checks {
    private static final String OTHER_KERNEL = "It needs Linux 4.19 or newer, outside a sandbox such as gVisor.";
    private static final int WANTED_PIPE_BYTES = 1 << 20;
    private static final long LEAST_DESCRIPTORS = 136;
    private static final long FEW_DESCRIPTORS = 4096;
    private static final int PAGE_BYTES = 4096;

    /** All checks, in display order. */
    private static final List<Supplier<List<CheckResult>>> ALL = List.of(
            one(Checks::kernel),
            one(Checks::loopback),
            one(Checks::transport),
            one(Checks::tcpInfo),
            one(Checks::savedSyn),
            one(CaptureTrial::make),
            one(TraceTrial::make),
            one(Checks::sockDiag),
            one(() -> conntrack(ConntrackReach.read())),
            one(Checks::transparent),
            InterceptionChecks::make,
            one(() -> interception(ActiveRules.read())),
            one(Checks::descriptors),
            one(Checks::pipes));

    private Checks() {}

    /** Runs all checks, one after the other. */
    public static List<CheckResult> make() {
        return ALL.stream().flatMap(check -> check.get().stream()).toList();
    }

    private static Supplier<List<CheckResult>> one(Supplier<CheckResult> check) {
        return () -> List.of(check.get());
    }

    private static CheckResult kernel() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch") + ", Java " + Runtime.version();
        return system.startsWith("Linux")
                ? CheckResult.ok("kernel", system)
                : CheckResult.less(
                        "kernel", system, "Use Linux: on other systems finspect forwards, but observes little.");
    }

    private static CheckResult loopback() {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            return CheckResult.ok(
                    "sockets", "a connection on loopback works (from port " + client.getLocalPort() + ")");
        } catch (IOException e) {
            return CheckResult.broken(
                    "sockets",
                    "a connection on loopback fails: " + e.getMessage(),
                    "Check for a sandbox or a packet filter, and that the interface lo is up (ip link set lo up).");
        }
    }

    private static CheckResult transport() {
        if (Epoll.isAvailable()) {
            return CheckResult.ok("data path", "epoll: Netty's native library loads");
        }
        return CheckResult.less(
                "data path",
                "nio: Netty's native library does not load (" + rootOf(Epoll.unavailabilityCause()) + ")",
                "It exists for Linux on x86-64 and aarch64 with glibc. If the temporary directory is mounted noexec,"
                        + " use another: -Dio.netty.native.workdir=DIR.");
    }

    private static CheckResult tcpInfo() {
        Reading<Integer> reading = TcpProbes.tcpInfoBytes();
        if (reading instanceof Reading.Value<Integer> bytes) {
            List<String> absent = absent(bytes.value());
            String found = bytes.value() + " bytes";
            return absent.isEmpty()
                    ? CheckResult.ok("tcp_info", found + ", all fields that finspect reads")
                    : CheckResult.less(
                            "tcp_info",
                            found + ", without " + String.join(", ", absent),
                            "Newer kernels have these fields; in records they stay null.");
        }
        return unavailable("tcp_info", reading, OTHER_KERNEL);
    }

    /** The fields of tcp_info that a structure of this length does not have: decodes one filled with ones. */
    static List<String> absent(int bytes) {
        ByteBuffer ones = ByteBuffer.allocate(TcpInfo.MAX_LENGTH);
        while (ones.hasRemaining()) {
            ones.put((byte) 1);
        }
        TcpInfo info = TcpInfo.decode(ones, bytes);
        List<String> names = new ArrayList<>();
        for (RecordComponent component : TcpInfo.class.getRecordComponents()) {
            try {
                if (component.getType() == long.class
                        && (long) component.getAccessor().invoke(info) == TcpInfo.ABSENT) {
                    names.add(component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
                }
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a record's accessors are public", e);
            }
        }
        return names;
    }

    private static CheckResult savedSyn() {
        Reading<SynSegment> reading = TcpProbes.savedSyn();
        if (reading instanceof Reading.Value<SynSegment> syn) {
            return CheckResult.ok(
                    "saved SYN",
                    "the SYN of a loopback connection was saved: ISN "
                            + syn.value().sequenceNumber() + ", MSS "
                            + syn.value().mssBytes());
        }
        return unavailable("saved SYN", reading, OTHER_KERNEL);
    }

    private static CheckResult sockDiag() {
        Reading<Boolean> reading = SockDiagProbe.lookUp();
        if (reading instanceof Reading.Value<Boolean> found && found.value()) {
            int hidden = new SocketOwners().denied(System.nanoTime());
            String looked = "looking up the other end of a local connection works";
            return hidden == 0
                    ? CheckResult.ok("sock_diag", looked + ", and every process is visible")
                    : CheckResult.less(
                            "sock_diag",
                            looked + "; " + hidden
                                    + (hidden == 1
                                            ? " process of another user is not visible"
                                            : " processes of other users are not visible"),
                            "To have findings name the program at fault, run as that program's user or as root, or grant"
                                    + " CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.");
        }
        return unavailable(
                "sock_diag",
                reading,
                "Load the modules inet_diag and tcp_diag (modprobe tcp_diag); run outside a sandbox.");
    }

    /** Checks whether what this host's connection tracking has forgotten can be seen. */
    static CheckResult conntrack(Reading<Tracking.Table> reading) {
        if (reading instanceof Reading.Value<Tracking.Table> read) {
            Tracking.Table table = read.value();
            return CheckResult.ok(
                    "conntrack",
                    "its entries can be read: " + table.entries().or(0L) + " of at most "
                            + table.mostEntries().or(0L) + "; an established connection is remembered for "
                            + HumanUnits.spokenDuration(table.establishedNanos().or(0L)));
        }
        return unavailable(
                "conntrack",
                reading,
                "Needed only where this host tracks connections (NAT, a stateful packet filter): with CAP_NET_ADMIN, findings"
                        + " name a connection that it has forgotten.");
    }

    private static CheckResult transparent() {
        Reading<Boolean> reading = TcpProbes.transparent();
        if (reading instanceof Reading.Value<Boolean> set && set.value()) {
            return CheckResult.ok("TPROXY", "a socket may use addresses of other hosts (IP_TRANSPARENT)");
        }
        return CheckResult.missing(
                "TPROXY",
                reading instanceof Reading.Unavailable<Boolean> none
                        ? none.reason()
                        : "a socket may not use addresses of other hosts (IP_TRANSPARENT: EPERM)",
                "Needed only for interception by TPROXY: grant CAP_NET_ADMIN or CAP_NET_RAW, as for the capture.");
    }

    /** Checks the rules in force for routes that intercept. */
    static CheckResult interception(ActiveRules rules) {
        String apply =
                "Needed only for routes with mode redirect or tproxy: run finspect intercept apply; intercept print"
                        + " explains the rules.";
        if (!rules.refusal().isEmpty()) {
            return CheckResult.missing("interception", "cannot read its rules: " + firstLine(rules.refusal()), apply);
        }
        if (rules.table() == null) {
            return CheckResult.missing("interception", "no rules send connections to finspect", apply);
        }
        String mode = rules.tproxy() ? "tproxy" : "redirect";
        return rules.faults().isEmpty()
                ? CheckResult.ok("interception", "rules for " + mode + " are in force (nft list table inet finspect)")
                : CheckResult.less(
                        "interception",
                        "rules for " + mode + " are in force, but " + String.join("; ", rules.faults()),
                        "Run finspect intercept apply again, and set net.ipv4.conf.*.rp_filter to 2 or 0.");
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static CheckResult descriptors() {
        Reading<Descriptors> reading = Descriptors.read();
        if (reading instanceof Reading.Value<Descriptors> value) {
            Descriptors now = value.value();
            String found = number(now.softLimit()) + " (hard limit " + number(now.hardLimit()) + "), " + now.open()
                    + " in use; a session needs two, up to six while it splices";
            String gain = "Raise the limit with ulimit -n, or LimitNOFILE= of a systemd unit.";
            if (now.free() < LEAST_DESCRIPTORS) {
                return CheckResult.broken("descriptors", found, gain);
            }
            return now.softLimit() < FEW_DESCRIPTORS
                    ? CheckResult.less("descriptors", found, gain)
                    : CheckResult.ok("descriptors", found);
        }
        return unavailable("descriptors", reading, "Mount /proc.");
    }

    private static CheckResult pipes() {
        Reading<Integer> reading = PipeProbe.grownTo(WANTED_PIPE_BYTES);
        if (reading instanceof Reading.Value<Integer> bytes) {
            String found = "a pipe grows to " + bytes.value() / 1024 + " KiB" + quota(bytes.value());
            return bytes.value() >= WANTED_PIPE_BYTES
                    ? CheckResult.ok("splice pipes", found)
                    : CheckResult.less(
                            "splice pipes", found, "Raise fs.pipe-max-size to 1048576, and fs.pipe-user-pages-soft.");
        }
        return unavailable(
                "splice pipes", reading, "Without it, bulk data is spliced through pipes of 64 KiB, or copied.");
    }

    private static String quota(int pipeBytes) {
        // A single read: /proc/sys returns a number to the first read only, and Files.readString starts with one
        // byte.
        byte[] text = new byte[64];
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys/fs/pipe-user-pages-soft"))) {
            int length = Math.max(0, file.read(text));
            long pages = Long.parseLong(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
            return pages == 0
                    ? ", without a quota"
                    : ", " + pages * PAGE_BYTES / pipeBytes + " such pipes fit the quota of an unprivileged user";
        } catch (IOException | NumberFormatException e) {
            return "";
        }
    }

    /** The result of a check to which the kernel gave no answer, or an unexpected one. */
    static CheckResult unavailable(String check, Reading<?> reading, String gain) {
        return CheckResult.missing(
                check, reading instanceof Reading.Unavailable<?> none ? none.reason() : "unexpected answer", gain);
    }

    private static String number(long limit) {
        return limit == Long.MAX_VALUE ? "unlimited" : Long.toString(limit);
    }

    private static String rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
    }
}
