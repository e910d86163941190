/** Every hang of the catalogue made for real, and traffic that comes close to one and blames nobody. */
@NullMarked
package dev.finspect.lab.hang;

import org.jspecify.annotations.NullMarked;
