/** Pure: the kinds of finding, one a file. Start with {@link dev.finspect.diagnose.finding.UpstreamSilent}. */
@NullMarked
package dev.finspect.diagnose.finding;

import org.jspecify.annotations.NullMarked;
