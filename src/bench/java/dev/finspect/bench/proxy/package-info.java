/** The contenders: one a file, with its configuration and its command. */
@NullMarked
package dev.finspect.bench.proxy;

import org.jspecify.annotations.NullMarked;
