/** {@code finspect intercept}: the nftables and routing rules that send other hosts' connections to finspect. */
@org.jspecify.annotations.NullMarked
package dev.finspect.cli.intercept;
