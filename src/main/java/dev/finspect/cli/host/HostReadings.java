package dev.finspect.cli.host;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.kernel.namespace.NetworkNamespaces;
import dev.finspect.kernel.sockets.NamespaceSockets;
import dev.finspect.session.explain.HostText;
import dev.finspect.session.host.HostSessions;
import dev.finspect.session.host.NamespaceReading;
import dev.finspect.tcp.HumanUnits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two readings of the socket tables of every network namespace that finspect may enter.
 *
 * @param apartNanos how far apart they are
 * @param unseen what could not be read
 */
record HostReadings(
        List<NamespaceReading> first, List<NamespaceReading> second, long apartNanos, List<HostText.Unseen> unseen) {
    /** What shows the namespaces of all processes, and lets finspect in. */
    private static final String RIGHT = "root, or CAP_SYS_ADMIN with CAP_SYS_PTRACE";

    /** Reads, waits two seconds, and reads again. Blocks meanwhile. */
    static HostReadings take() throws CommandFailure {
        NetworkNamespaces namespaces = NetworkNamespaces.find();
        List<HostText.Unseen> unseen = new ArrayList<>();
        List<NamespaceSockets> open = new ArrayList<>();
        try {
            int refused = 0;
            for (NetworkNamespaces.Found each : namespaces.all()) {
                try {
                    open.add(NamespaceSockets.open(each));
                } catch (IOException e) {
                    if (each.own()) {
                        throw new CommandFailure(
                                ExitCode.RUNTIME, "the sockets of this host cannot be read: " + e.getMessage());
                    }
                    refused++;
                }
            }
            if (refused > 0) {
                unseen.add(new HostText.Unseen(
                        HumanUnits.count(refused, "other network namespace") + ", which may not be entered", RIGHT));
            }
            if (namespaces.hidden() > 0) {
                unseen.add(new HostText.Unseen(
                        "the network namespaces of " + namespaces.hidden()
                                + (namespaces.hidden() == 1 ? " process" : " processes")
                                + ", and what hangs there if they are others",
                        RIGHT));
            }
            return twice(open, unseen);
        } finally {
            open.forEach(NamespaceSockets::close);
        }
    }

    private static HostReadings twice(List<NamespaceSockets> open, List<HostText.Unseen> unseen) throws CommandFailure {
        List<NamespaceReading> first = read(open);
        long from = System.nanoTime();
        try {
            TimeUnit.NANOSECONDS.sleep(HostSessions.APART.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.RUNTIME, "interrupted");
        }
        long apart = System.nanoTime() - from;
        List<NamespaceReading> second = read(open);
        long leftOut = open.stream().mapToLong(NamespaceSockets::leftOut).sum();
        if (leftOut > 0) {
            unseen.add(
                    new HostText.Unseen(HumanUnits.count(leftOut, "socket") + " beyond the first of a namespace", ""));
        }
        return new HostReadings(first, second, apart, unseen);
    }

    private static List<NamespaceReading> read(List<NamespaceSockets> open) throws CommandFailure {
        List<NamespaceReading> readings = new ArrayList<>(open.size());
        for (NamespaceSockets each : open) {
            try {
                readings.add(each.read());
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.RUNTIME, "the sockets of this host cannot be read: " + e.getMessage());
            }
        }
        return readings;
    }
}
