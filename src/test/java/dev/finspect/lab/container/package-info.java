/** The container image: made for real by buildah on a base of debootstrap's, and run as its user. */
@NullMarked
package dev.finspect.lab.container;

import org.jspecify.annotations.NullMarked;
