package dev.finspect.cli.doctor;

import dev.finspect.cli.intercept.ActiveRules;
import dev.finspect.kernel.Descriptors;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.probe.PipeProbe;
import dev.finspect.kernel.probe.SockDiagProbe;
import dev.finspect.kernel.probe.TcpProbes;
import dev.finspect.kernel.sockets.SocketOwners;
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
 * All checks, each of which really tries what it tells of. They take a second together, as root half a second more, and some
 * seconds more where packets of a trial are lost.
 */
public final class Checks {
    private static final String OTHER_KERNEL = "A kernel from 4.19 on, outside of a sandbox such as gVisor, has it.";
    private static final int WANTED_PIPE_BYTES = 1 << 20;
    private static final long LEAST_DESCRIPTORS = 136;
    private static final long FEW_DESCRIPTORS = 4096;
    private static final int PAGE_BYTES = 4096;

    /** In the order in which they are shown. */
    private static final List<Supplier<List<CheckResult>>> ALL = List.of(
            one(Checks::kernel),
            one(Checks::loopback),
            one(Checks::transport),
            one(Checks::tcpInfo),
            one(Checks::savedSyn),
            one(CaptureTrial::make),
            one(Checks::sockDiag),
            one(Checks::transparent),
            InterceptionChecks::make,
            one(() -> interception(ActiveRules.read())),
            one(Checks::descriptors),
            one(Checks::pipes));

    private Checks() {}

    /** Makes them all, one after the other. */
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
                        "kernel", system, "Only Linux shows the life of a connection; elsewhere finspect relays.");
    }

    private static CheckResult loopback() {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            return CheckResult.ok("sockets", "a connection on loopback works (from port " + client.getLocalPort() + ")");
        } catch (IOException e) {
            return CheckResult.broken(
                    "sockets",
                    "a connection on loopback fails: " + e.getMessage(),
                    "Look for a sandbox or a packet filter, and whether the interface lo is up (ip link set lo up).");
        }
    }

    private static CheckResult transport() {
        if (Epoll.isAvailable()) {
            return CheckResult.ok("data path", "epoll: Netty's native library loads");
        }
        return CheckResult.less(
                "data path",
                "nio: Netty's native library does not load (" + rootOf(Epoll.unavailabilityCause()) + ")",
                "There is one for Linux on x86-64 and aarch64 with glibc. Where the temporary folder is mounted noexec,"
                        + " name another with -Dio.netty.native.workdir=FOLDER.");
    }

    private static CheckResult tcpInfo() {
        Reading<Integer> reading = TcpProbes.tcpInfoBytes();
        if (reading instanceof Reading.Value<Integer> bytes) {
            List<String> absent = absent(bytes.value());
            String found = bytes.value() + " bytes";
            return absent.isEmpty()
                    ? CheckResult.ok("tcp_info", found + ", every field that finspect reads")
                    : CheckResult.less(
                            "tcp_info",
                            found + ", without " + String.join(", ", absent),
                            "Newer kernels fill more; what lacks stays null in records.");
        }
        return unavailable("tcp_info", reading, OTHER_KERNEL);
    }

    /** The fields that a structure so short does not reach, by trying with numbers that are none of the marks for absence. */
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
                    "the SYN of a connection on loopback was kept: ISN "
                            + syn.value().sequenceNumber() + ", MSS "
                            + syn.value().mssBytes());
        }
        return unavailable("saved SYN", reading, OTHER_KERNEL);
    }

    private static CheckResult sockDiag() {
        Reading<Boolean> reading = SockDiagProbe.lookUp();
        if (reading instanceof Reading.Value<Boolean> found && found.value()) {
            int hidden = new SocketOwners().denied(System.nanoTime());
            String looked = "the other end of a connection on this machine was looked up";
            return hidden == 0
                    ? CheckResult.ok("sock_diag", looked + ", and every process can be named")
                    : CheckResult.less(
                            "sock_diag",
                            looked + "; " + hidden + " processes of other users cannot be named",
                            "Run as the user of those programs or as root, or give CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH:"
                                    + " then findings name the program at fault.");
        }
        return unavailable(
                "sock_diag",
                reading,
                "Load the modules inet_diag and tcp_diag (modprobe tcp_diag), outside of a sandbox.");
    }

    private static CheckResult transparent() {
        Reading<Boolean> reading = TcpProbes.transparent();
        if (reading instanceof Reading.Value<Boolean> set && set.value()) {
            return CheckResult.ok("TPROXY", "a socket may take addresses of others (IP_TRANSPARENT)");
        }
        return CheckResult.missing(
                "TPROXY",
                reading instanceof Reading.Unavailable<Boolean> none
                        ? none.reason()
                        : "a socket may not take addresses of others (IP_TRANSPARENT: EPERM)",
                "It needs CAP_NET_ADMIN or CAP_NET_RAW, given as for the capture; only interception by TPROXY wants it.");
    }

    /** What the rules in force mean for routes that intercept. */
    static CheckResult interception(ActiveRules rules) {
        String apply =
                "Set them with finspect intercept apply; print explains them. Only routes with mode redirect or tproxy"
                        + " want them.";
        if (!rules.refusal().isEmpty()) {
            return CheckResult.missing("interception", "its rules cannot be read: " + firstLine(rules.refusal()), apply);
        }
        if (rules.table() == null) {
            return CheckResult.missing("interception", "no rules bring connections to finspect", apply);
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
                    + " in use; a session takes two, up to six while it splices";
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
        return unavailable("splice pipes", reading, "Bulk is spliced by pipes of 64 KiB then, or copied.");
    }

    private static String quota(int pipeBytes) {
        // One read: the kernel gives a number of /proc/sys by the first alone, and Files.readString begins with one
        // byte.
        byte[] text = new byte[64];
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys/fs/pipe-user-pages-soft"))) {
            int length = Math.max(0, file.read(text));
            long pages = Long.parseLong(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
            return pages == 0
                    ? ", without a quota"
                    : ", " + pages * PAGE_BYTES / pipeBytes
                            + " of them before the quota of an unprivileged user is used up";
        } catch (IOException | NumberFormatException e) {
            return "";
        }
    }

    /** A finding of what the kernel did not answer, or did not answer rightly. */
    static CheckResult unavailable(String check, Reading<?> reading, String gain) {
        return CheckResult.missing(
                check, reading instanceof Reading.Unavailable<?> none ? none.reason() : "not what was asked for", gain);
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
