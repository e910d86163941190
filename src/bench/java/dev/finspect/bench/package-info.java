/** The benchmark: finspect beside other proxies and beside no proxy at all, in alternating runs. */
@NullMarked
package dev.finspect.bench;

import org.jspecify.annotations.NullMarked;
