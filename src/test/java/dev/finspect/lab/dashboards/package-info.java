/** The dashboards and rules against a real Prometheus that scrapes a packaged finspect. */
@NullMarked
package dev.finspect.lab.dashboards;

import org.jspecify.annotations.NullMarked;
