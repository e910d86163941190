package dev.finspect.session.explain;

/** One line of a ladder: a step, a stretch of time without one, or steps that are left out. */
public interface LadderLine {}
