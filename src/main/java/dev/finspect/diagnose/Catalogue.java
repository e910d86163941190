package dev.finspect.diagnose;

import dev.finspect.diagnose.rule.AcceptDelayed;
import dev.finspect.diagnose.rule.BacklogFull;
import dev.finspect.diagnose.rule.ConnectRefused;
import dev.finspect.diagnose.rule.ConnectUnreachable;
import dev.finspect.diagnose.rule.HandshakeUnfinished;
import dev.finspect.diagnose.rule.PortExhaustion;
import dev.finspect.diagnose.rule.ProxyLimited;
import dev.finspect.diagnose.rule.SynUnanswered;
import dev.finspect.diagnose.rule.UpstreamNotAccepting;
import java.util.List;

/** The list of rules. A new rule is one file in {@code rule} and one line here. */
final class Catalogue {
    static final List<Rule> RULES = List.of(
            new AcceptDelayed(),
            new BacklogFull(),
            new ConnectRefused(),
            new ConnectUnreachable(),
            new HandshakeUnfinished(),
            new PortExhaustion(),
            new ProxyLimited(),
            new SynUnanswered(),
            new UpstreamNotAccepting());

    private Catalogue() {}
}
