package dev.finspect.bench;

import dev.finspect.bench.figure.Figure;
import dev.finspect.bench.figure.Measure;
import dev.finspect.bench.figure.Trial;
import dev.finspect.bench.host.TcpTroubles;
import dev.finspect.bench.load.LoadDriver;
import dev.finspect.bench.load.Services;
import dev.finspect.bench.proxy.Proxy;
import dev.finspect.bench.proxy.RunningProxy;
import dev.finspect.bench.proxy.Starter;
import dev.finspect.bench.report.Results;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The runs themselves: in every round each contender has one turn, in an order drawn anew.
 *
 * <p>All contenders of a figure run at once, idle but for the one whose turn it is; a run that fails is kept as a failure,
 * and the others go on.
 */
final class Contest {
    private final Plan plan;
    private final Services services;
    private final Starter starter;
    private final LoadDriver driver;
    private final Results results;
    private final Random random;

    Contest(Plan plan, Services services, Starter starter, LoadDriver driver) {
        this.plan = plan;
        this.services = services;
        this.starter = starter;
        this.driver = driver;
        this.results = new Results(plan.rounds());
        this.random = new Random(plan.seed());
    }

    /** One action of a run, with the ways in which it may fail. */
    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    Results hold(List<Figure> figures, List<Proxy> proxies) throws InterruptedException {
        for (Figure figure : figures) {
            List<Proxy> admitted = proxies.stream().filter(figure::admits).toList();
            if (figure.startsFresh() || plan.alone()) {
                holdFresh(figure, admitted);
            } else {
                holdWarm(figure, admitted);
            }
        }
        return results;
    }

    private void holdFresh(Figure figure, List<Proxy> proxies) throws InterruptedException {
        for (int round = 0; round < plan.rounds(); round++) {
            for (Proxy proxy : shuffled(proxies)) {
                int thisRound = round;
                attempt(figure, proxy, "round " + (round + 1), () -> {
                    RunningProxy running = starter.start(proxy, figure.upstreamPort(services));
                    try {
                        if (!figure.startsFresh()) {
                            figure.run(new Trial(driver, running, plan.warmUpSeconds()));
                        }
                        turn(figure, running, thisRound);
                    } finally {
                        end(figure, running);
                    }
                });
            }
        }
    }

    private void holdWarm(Figure figure, List<Proxy> proxies) throws InterruptedException {
        Map<Proxy, RunningProxy> running = new LinkedHashMap<>();
        try {
            for (Proxy proxy : proxies) {
                attempt(figure, proxy, "warm-up", () -> {
                    running.put(proxy, starter.start(proxy, figure.upstreamPort(services)));
                    figure.run(new Trial(driver, running.get(proxy), plan.warmUpSeconds()));
                });
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (RunningProxy turn : shuffled(running.values())) {
                    int thisRound = round;
                    attempt(figure, turn.proxy(), "round " + (round + 1), () -> turn(figure, turn, thisRound));
                }
            }
        } finally {
            for (RunningProxy proxy : running.values()) {
                attempt(figure, proxy.proxy(), "end", () -> end(figure, proxy));
            }
        }
    }

    private void end(Figure figure, RunningProxy running) throws IOException {
        long sessions = driver.takeSessions(running.port());
        long records = starter.end(running);
        if (running.proxy().writesRecords()) {
            String count = records + " records of " + sessions + " sessions";
            Progress.say(figure.title() + ", " + running.proxy().name() + ": " + count);
            if (records < sessions) {
                throw new IOException(count + ": it did less than is asked of it");
            }
        }
    }

    private void turn(Figure figure, RunningProxy running, int round) throws IOException, InterruptedException {
        TcpTroubles before = services.process().tcpTroubles();
        Map<Measure, Double> values = figure.run(new Trial(driver, running, plan.runSeconds()));
        String troubles = services.process().tcpTroubles().since(before);
        results.add(figure, running.proxy(), round, values);
        Progress.turn(figure, running.proxy(), round + 1, plan.rounds(), values);
        if (!troubles.isEmpty()) {
            String run = figure.title() + ", " + running.proxy().name() + ", round " + (round + 1);
            results.addDisturbance(run + ": " + troubles);
            Progress.say("disturbed: " + run + ": " + troubles);
        }
    }

    private void attempt(Figure figure, Proxy proxy, String when, Action action) throws InterruptedException {
        try {
            action.run();
        } catch (IOException e) {
            if (starter.isOver()) {
                throw new InterruptedException("the benchmark is ending");
            }
            String failure = figure.title() + ", " + proxy.name() + ", " + when + ": " + e.getMessage();
            results.addFailure(failure);
            Progress.say("failed: " + failure);
        }
    }

    private <T> List<T> shuffled(Collection<T> all) {
        List<T> order = new ArrayList<>(all);
        Collections.shuffle(order, random);
        return order;
    }
}
