@NullMarked
package dev.finspect.session.kept;

import org.jspecify.annotations.NullMarked;
