/** Adapter that serves metrics, health and sessions over HTTP, and the file through which commands find a running finspect. */
@NullMarked
package dev.finspect.admin;

import org.jspecify.annotations.NullMarked;
