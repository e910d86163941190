/** Network namespaces of finspect's own, for trials that must not touch the machine's network. */
@NullMarked
package dev.finspect.kernel.namespace;

import org.jspecify.annotations.NullMarked;
