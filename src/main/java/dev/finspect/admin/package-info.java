/** Adapter that serves metrics, health and sessions over HTTP. */
@NullMarked
package dev.finspect.admin;

import org.jspecify.annotations.NullMarked;
