package dev.finspect.bench;

/**
 * How much is run.
 *
 * @param rounds how often each contender has its turn in each figure
 * @param runMillis how long a turn takes
 * @param warmUpMillis how long each contender is loaded before the first round
 * @param seed of the order of turns, so that an order can be had again
 */
record Plan(int rounds, long runMillis, long warmUpMillis, long seed) {}
