/** The filter language: a choice of records. */
@NullMarked
package dev.finspect.session.filter;

import org.jspecify.annotations.NullMarked;
