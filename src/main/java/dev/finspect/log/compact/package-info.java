/** The compact form of a log line: tables of fields, from which lines, schema and page are made. */
@NullMarked
package dev.finspect.log.compact;

import org.jspecify.annotations.NullMarked;
