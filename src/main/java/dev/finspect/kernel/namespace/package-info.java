/** Temporary network namespaces, for trials that must not touch the machine's network. */
@NullMarked
package dev.finspect.kernel.namespace;

import org.jspecify.annotations.NullMarked;
