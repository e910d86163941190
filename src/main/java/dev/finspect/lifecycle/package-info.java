/** Pure: the lives of sessions and connections. This package itself has what its rooms share. */
@NullMarked
package dev.finspect.lifecycle;

import org.jspecify.annotations.NullMarked;
