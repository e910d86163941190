package dev.finspect.cli.doctor;

import dev.finspect.cli.intercept.InterceptionRules;
import dev.finspect.cli.intercept.InterceptionTrial;
import dev.finspect.relay.Interception.Mode;
import io.netty.channel.epoll.Epoll;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tries REDIRECT and TPROXY, each with IPv4 and IPv6, in temporary network namespaces. */
final class InterceptionChecks {
    private static final String WANTED = "Needed only for routes with mode redirect or tproxy. ";

    private InterceptionChecks() {}

    static List<CheckResult> make() {
        List<CheckResult> findings = new ArrayList<>();
        for (Mode mode : List.of(Mode.REDIRECT, Mode.TPROXY)) {
            findings.addAll(make(mode));
        }
        return findings;
    }

    private static List<CheckResult> make(Mode mode) {
        boolean v6 = InterceptionRules.machineHasV6();
        List<CheckResult> findings = new ArrayList<>();
        if (!Epoll.isAvailable()) {
            String why = "interception needs the epoll data path";
            findings.add(finding(mode, new InterceptionTrial.Result(false, InterceptionTrial.State.UNTRIED, why)));
            findings.add(finding(mode, new InterceptionTrial.Result(true, InterceptionTrial.State.UNTRIED, why)));
            return findings;
        }
        try {
            InterceptionTrial.of(mode, v6).forEach(result -> findings.add(finding(mode, result)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            findings.add(
                    finding(mode, new InterceptionTrial.Result(false, InterceptionTrial.State.UNTRIED, "interrupted")));
        }
        if (findings.size() == 1) {
            String why = v6 ? "interrupted" : "this machine has no IPv6";
            findings.add(finding(mode, new InterceptionTrial.Result(true, InterceptionTrial.State.UNTRIED, why)));
        }
        return findings;
    }

    static CheckResult finding(Mode mode, InterceptionTrial.Result result) {
        String check = mode.name() + (result.v6() ? " IPv6" : " IPv4");
        return switch (result.state()) {
            case PASSED -> CheckResult.ok(check, result.said());
            case FAILED -> CheckResult.missing(check, result.said(), WANTED + gain(mode));
            case UNTRIED ->
                CheckResult.untried(
                        check,
                        "not tried: " + result.said(),
                        WANTED + "To try it, run doctor as root (CAP_SYS_ADMIN and CAP_NET_ADMIN) with ip and nft"
                                + " installed (Debian: iproute2, nftables); the trial uses a temporary network"
                                + " namespace.");
        };
    }

    private static String gain(Mode mode) {
        String modules = mode == Mode.TPROXY ? "nft_tproxy, nft_socket and nft_fib_inet" : "nft_redir and nf_conntrack";
        return "It needs the kernel modules nf_tables, " + modules
                + " (modprobe); 'finspect intercept print --mode " + mode.name().toLowerCase(Locale.ROOT)
                + " --port 8080 --to 15001' shows the rules.";
    }
}
