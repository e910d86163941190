package dev.finspect.cli.demo;

import java.util.List;

/** The scenarios of the demo. To add one, write its file and add it here. */
final class DemoScenarios {
    /** All scenarios, in display order. */
    static final List<DemoScenario> ALL = List.of(
            new AnswersWell(),
            new AnswersSlowly(),
            new HalfCloses(),
            new NeverAnswers(),
            new NeverCloses(),
            new Resets(),
            new NeverReads(),
            new Refuses());

    private DemoScenarios() {}
}
