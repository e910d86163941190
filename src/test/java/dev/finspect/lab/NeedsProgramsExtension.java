package dev.finspect.lab;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test whose programs or rights are missing, or fails it where skipping is not allowed. */
final class NeedsProgramsExtension implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback {
    private static final boolean MUST_RUN = "true".equals(System.getenv("CI"));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return judge(context.getElement(), MUST_RUN);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        demand(context.getElement());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        demand(context.getElement());
    }

    /** Whether the test may begin; where it must not be skipped it begins whatever lacks. */
    static ConditionEvaluationResult judge(Optional<AnnotatedElement> element, boolean mustRun) {
        List<String> lacking = lacking(element);
        return lacking.isEmpty() || mustRun
                ? ConditionEvaluationResult.enabled("nothing lacks")
                : ConditionEvaluationResult.disabled("this machine lacks " + String.join(", ", lacking));
    }

    /** Fails a test that has begun and lacks something. */
    static void demand(Optional<AnnotatedElement> element) {
        List<String> lacking = lacking(element);
        if (!lacking.isEmpty()) {
            throw new AssertionError("CI=true allows no skipping, and this machine lacks " + String.join(", ", lacking)
                    + ". Install it as .ci/run does.");
        }
    }

    private static List<String> lacking(Optional<AnnotatedElement> element) {
        List<String> lacking = new ArrayList<>();
        element.map(e -> e.getAnnotation(NeedsPrograms.class)).ifPresent(needs -> {
            Arrays.stream(needs.value()).filter(p -> Programs.find(p).isEmpty()).forEach(lacking::add);
            if (needs.root() && !Programs.isRoot()) {
                lacking.add("root's rights");
            }
        });
        return lacking;
    }
}
