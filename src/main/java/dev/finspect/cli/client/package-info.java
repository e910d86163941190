/** Requests to the admin server of a running finspect. */
@NullMarked
package dev.finspect.cli.client;

import org.jspecify.annotations.NullMarked;
