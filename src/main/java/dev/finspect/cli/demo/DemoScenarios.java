package dev.finspect.cli.demo;

import java.util.List;

/** The scenarios of the demo; one more is one more file and one more line here. */
final class DemoScenarios {
    /** All of them, in the order in which they are shown. */
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
