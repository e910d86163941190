/** Session records, explanations and command output as JSON. */
@NullMarked
package dev.finspect.log.json;

import org.jspecify.annotations.NullMarked;
