package dev.finspect.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names the programs and rights that a test needs. Where one is missing, the test is skipped with a message; with
 * {@code CI=true} in the environment it fails instead, so that a build that must run every test cannot pass by skipping.
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
