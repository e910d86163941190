package dev.finspect.lab;

import dev.finspect.lab.net.Hosts;

/** The rules that bring connections to the finspect on the host in the middle, applied by its own command. */
public final class InterceptRules {
    private InterceptRules() {}

    /** From now on what passes that host for these ports, {@code 80,8000-8100} for example, goes to finspect's port, whether or not it listens yet. */
    public static void apply(Hosts hosts, String mode, String ports, int to) {
        Program.of(hosts.middle()
                        .command(FinspectProgram.command(
                                "intercept",
                                "apply",
                                "--mode",
                                mode,
                                "--port",
                                ports,
                                "--to",
                                String.valueOf(to),
                                "--force")))
                .succeed();
    }
}
