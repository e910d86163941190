package dev.finspect.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says what a test needs of its machine. Where that lacks, the test is skipped and says why; with {@code CI=true} in the
 * environment it fails instead, so that a machine that is meant to run everything cannot pass by skipping.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Inherited
@ExtendWith(NeedsProgramsExtension.class)
public @interface NeedsPrograms {
    /** Programs by name, as {@link Programs} finds them. */
    String[] value() default {};

    /** Whether it must run as root. */
    boolean root() default false;
}
