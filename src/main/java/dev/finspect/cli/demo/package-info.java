/** Small services that behave well and badly, the clients that use them, and a screen that shows their sessions. */
@NullMarked
package dev.finspect.cli.demo;

import org.jspecify.annotations.NullMarked;
