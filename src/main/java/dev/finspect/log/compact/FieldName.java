package dev.finspect.log.compact;

import com.fasterxml.jackson.core.io.SerializedString;

/**
 * What is needed of a field to write its value.
 *
 * @param name its own
 * @param path the names of the objects around it and its own, with points between
 * @param usual the source that it usually has; any for what has none
 * @param withoutZero whether a 0 is not written
 */
record FieldName(SerializedString name, SerializedString path, Usual usual, boolean withoutZero) {}
