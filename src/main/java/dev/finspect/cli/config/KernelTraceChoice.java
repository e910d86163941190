package dev.finspect.cli.config;

/** Whether the kernel's own reasons are read from its tracing. */
public enum KernelTraceChoice {
    /** They are not. */
    OFF,
    /** Where that is permitted, without a word where it is not. */
    AUTO,
    /** They are to be: a warning says why where they cannot. */
    ON
}
