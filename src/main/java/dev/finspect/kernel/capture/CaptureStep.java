package dev.finspect.kernel.capture;

import dev.finspect.tcp.Errno;

/** The steps of opening a capture, and what it means if the kernel refuses one (packet(7), capabilities(7)). */
enum CaptureStep {
    SOCKET("socket(AF_PACKET)"),
    VERSION("PACKET_VERSION"),
    FILTER("SO_ATTACH_FILTER"),
    RING("PACKET_RX_RING"),
    MAP("mmap"),
    BIND("bind"),
    WAKE("eventfd");

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int ENOMEM = 12;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int EINVAL = 22;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int ENOSYS = 38;
    private static final int ENOPROTOOPT = 92;
    private static final int EAFNOSUPPORT = 97;

    private final String call;

    CaptureStep(String call) {
        this.call = call;
    }

    /** What is missing and how to get it, in whole sentences. */
    String refused(int errno) {
        return meaning(errno) + " (" + call + ": " + new Errno(errno).name() + ").";
    }

    private String meaning(int errno) {
        if (this == SOCKET && (errno == EPERM || errno == EACCES)) {
            return "this process does not have the capability CAP_NET_RAW. Start it as root, or with the capability as an"
                    + " ambient one: AmbientCapabilities=CAP_NET_RAW in a systemd unit, --cap-add NET_RAW for a"
                    + " container, or setpriv --reuid USER --init-groups --inh-caps +net_raw --ambient-caps +net_raw"
                    + " -- finspect; setcap on the java program would break it";
        }
        if (this == SOCKET && (errno == EAFNOSUPPORT || errno == EINVAL || errno == ENOSYS)) {
            return "this kernel, or the sandbox around it, has no packet sockets. Load the module af_packet, or run"
                    + " outside of the sandbox";
        }
        if (errno == EMFILE || errno == ENFILE) {
            return "no file descriptor is left. Raise the limit with ulimit -n";
        }
        if (this == VERSION && (errno == ENOPROTOOPT || errno == EINVAL)) {
            return "this kernel, or the sandbox around it, does not support TPACKET_V3 rings. Linux has it since 3.2";
        }
        if (this == FILTER && errno == ENOMEM) {
            return "the filter is longer than the kernel allows for a socket. Raise net.core.optmem_max";
        }
        if ((this == RING || this == MAP) && errno == ENOMEM) {
            return "the kernel has no memory for the ring. Choose a smaller one with capture.ring";
        }
        if (this == MAP && (errno == EAGAIN || errno == EPERM)) {
            return "this process may not lock so much memory. Raise its limit (ulimit -l, or LimitMEMLOCK= of a systemd"
                    + " unit), or choose a smaller ring with capture.ring";
        }
        if (errno == EPERM || errno == EACCES) {
            return "a security policy forbids it. Look for seccomp, AppArmor or SELinux";
        }
        return "the kernel refused a step of opening the capture";
    }
}
