/** The documentation: its pages prepared for {@code mvn site}, and the checks of its links and indexes. */
@NullMarked
package dev.finspect.site;

import org.jspecify.annotations.NullMarked;
