/** A long run of mixed traffic, many of whose connections end badly, and what it costs finspect. */
@org.jspecify.annotations.NullMarked
package dev.finspect.lab.soak;
