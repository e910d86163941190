package dev.finspect.diagnose;

import dev.finspect.diagnose.rule.AcceptDelayed;
import dev.finspect.diagnose.rule.BacklogFull;
import dev.finspect.diagnose.rule.BothNotReading;
import dev.finspect.diagnose.rule.ClientSilent;
import dev.finspect.diagnose.rule.ConnectRefused;
import dev.finspect.diagnose.rule.ConnectUnreachable;
import dev.finspect.diagnose.rule.EmptyReply;
import dev.finspect.diagnose.rule.FinLost;
import dev.finspect.diagnose.rule.HalfCloseRefused;
import dev.finspect.diagnose.rule.HalfClosedActive;
import dev.finspect.diagnose.rule.HandshakeUnfinished;
import dev.finspect.diagnose.rule.Idle;
import dev.finspect.diagnose.rule.NetworkLoss;
import dev.finspect.diagnose.rule.NobodySpeaks;
import dev.finspect.diagnose.rule.NotClosing;
import dev.finspect.diagnose.rule.NotReading;
import dev.finspect.diagnose.rule.PeerVanished;
import dev.finspect.diagnose.rule.PortExhaustion;
import dev.finspect.diagnose.rule.ProxyLimited;
import dev.finspect.diagnose.rule.ResetAfterIdle;
import dev.finspect.diagnose.rule.ResetInjected;
import dev.finspect.diagnose.rule.ResetWithUnread;
import dev.finspect.diagnose.rule.ReusedWhileClosing;
import dev.finspect.diagnose.rule.SynUnanswered;
import dev.finspect.diagnose.rule.UpstreamNotAccepting;
import dev.finspect.diagnose.rule.UpstreamSilent;
import dev.finspect.tcp.Leg;
import java.util.List;

/** The list of rules. A new rule is one file in {@code rule} and one line here. */
final class Catalogue {
    static final List<Rule> RULES = List.of(
            new AcceptDelayed(),
            new BacklogFull(),
            new BothNotReading(),
            new ClientSilent(),
            new ConnectRefused(),
            new ConnectUnreachable(),
            new EmptyReply(),
            new FinLost(Leg.CLIENT),
            new FinLost(Leg.UPSTREAM),
            new HalfCloseRefused(),
            new HalfClosedActive(Leg.CLIENT),
            new HalfClosedActive(Leg.UPSTREAM),
            new HandshakeUnfinished(),
            new Idle(),
            new NetworkLoss(Leg.CLIENT),
            new NetworkLoss(Leg.UPSTREAM),
            new NobodySpeaks(),
            new NotClosing(Leg.CLIENT),
            new NotClosing(Leg.UPSTREAM),
            new NotReading(Leg.CLIENT),
            new NotReading(Leg.UPSTREAM),
            new PeerVanished(Leg.CLIENT),
            new PeerVanished(Leg.UPSTREAM),
            new PortExhaustion(),
            new ProxyLimited(),
            new ResetAfterIdle(Leg.CLIENT),
            new ResetAfterIdle(Leg.UPSTREAM),
            new ResetInjected(Leg.CLIENT),
            new ResetInjected(Leg.UPSTREAM),
            new ResetWithUnread(Leg.CLIENT),
            new ResetWithUnread(Leg.UPSTREAM),
            new ReusedWhileClosing(),
            new SynUnanswered(),
            new UpstreamNotAccepting(),
            new UpstreamSilent());

    private Catalogue() {}
}
