/** The kernel's rules that bring connections to finspect which were meant for somebody else: what they are, set and taken back. */
@org.jspecify.annotations.NullMarked
package dev.finspect.cli.intercept;
