package dev.finspect.lab.hang;

import static dev.finspect.diagnose.Blame.CONFIGURATION;
import static dev.finspect.diagnose.Blame.FINSPECT;
import static dev.finspect.diagnose.Confidence.LIKELY;
import static dev.finspect.diagnose.Confidence.PROVED;
import static dev.finspect.lab.hang.Scenario.hang;
import static dev.finspect.lab.hang.Scenario.nearMiss;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.finding.AcceptDelayed;
import dev.finspect.diagnose.finding.PortExhaustion;
import dev.finspect.diagnose.finding.ProxyLimited;
import dev.finspect.lab.hang.Place.Pair;
import dev.finspect.lab.hang.Site.Kind;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** finspect itself, or its configuration, is the cause. */
final class OwnHangs {
    private static final int PORTS = 16;
    private static final int STOPPED_MILLIS = 8_000;

    private OwnHangs() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.add(hang(Kind.ROW, AcceptDelayed.ID, FINSPECT, PROVED, "finspect is stopped meanwhile", place -> {
                    place.listen(5);
                    NetcatServer.stop(place.site.finspect);
                    Socket client = place.connect();
                    Every wait = new Every(STOPPED_MILLIS, Place.Step.NONE);
                    wait.take();
                    Place.until("time stands still", Place.Step.NONE, wait::isDue);
                    NetcatServer.signal(place.site.finspect, "CONT");
                    Pair pair = new Pair(client, place.accept());
                    Place.exchange(pair);
                    pair.client().shutdownOutput();
                    Place.heardTheEnd(pair.server());
                    pair.server().close();
                    Place.heardTheEnd(pair.client());
                })
                .onItsOwn());
        all.add(nearMiss(Kind.ROW, AcceptDelayed.ID, "finspect accepts at once, the server late", place -> {
                    place.listen(5);
                    Socket client = place.connect();
                    Every wait = new Every(STOPPED_MILLIS, Place.Step.NONE);
                    wait.take();
                    Place.until("time stands still", Place.Step.NONE, wait::isDue);
                    Place.exchange(new Pair(client, place.accept()));
                })
                .with("nobody_speaks", "60s"));
        all.add(hang(Kind.ROW, ProxyLimited.ID, CONFIGURATION, PROVED, "as many sessions as may live do", place -> {
                    Pair first = place.exchanged();
                    OpeningHangs.inVain(place);
                    Place.exchange(first);
                })
                .configured("limits: {sessions: 1, when_full: reject}\n"));
        all.add(hang(Kind.ROW, ProxyLimited.ID, FINSPECT, PROVED, "drain ends before the session does", place -> {
                    Pair pair = place.exchanged();
                    NetcatServer.signal(place.site.finspect, "TERM");
                    assertThat(place.closedRecord().at("/proxy_reason").asText())
                            .isEqualTo("shutdown");
                    assertThat(pair.client().isClosed()).isFalse();
                })
                .configured("drain: 1s\n"));
        all.add(hang(Kind.ROW, PortExhaustion.ID, CONFIGURATION, LIKELY, "all local ports are in TIME-WAIT", place -> {
                    narrow(place);
                    for (int i = 0; i < PORTS; i++) {
                        closedByClient(place);
                    }
                    OpeningHangs.inVain(place);
                })
                .onItsOwn());
        all.add(nearMiss(Kind.ROW, PortExhaustion.ID, "one local port is left", place -> {
                    narrow(place);
                    for (int i = 0; i < PORTS; i++) {
                        closedByClient(place);
                    }
                })
                .onItsOwn());
        all.add(nearMiss(Kind.ROW, ProxyLimited.ID, "limit is not reached", place -> {
                    Place.exchange(place.pair());
                    place.letPass();
                })
                .configured("limits: {sessions: 2, when_full: reject}\n"));
        return all;
    }

    private static void narrow(Place place) {
        place.hosts().middle().set("net/ipv4/ip_local_port_range", "20000 " + (20_000 + PORTS - 1));
        place.hosts().middle().set("net/ipv4/tcp_tw_reuse", "0");
    }

    /** The client's FIN comes first, so that finspect's own keeps the port towards the server. */
    private static void closedByClient(Place place) throws Exception {
        Pair pair = place.exchanged();
        pair.client().shutdownOutput();
        Place.heardTheEnd(pair.server());
        pair.server().close();
        Place.heardTheEnd(pair.client());
        pair.client().close();
        assertThat(place.closedRecord().at("/outcome").asText()).isEqualTo("clean");
    }
}
