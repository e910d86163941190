@NullMarked
package dev.finspect.kernel.privileges;

import org.jspecify.annotations.NullMarked;
