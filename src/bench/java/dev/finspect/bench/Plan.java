package dev.finspect.bench;

/**
 * How much is run.
 *
 * @param rounds how often each contender has its turn in each figure
 * @param runSeconds how long a turn takes
 * @param warmUpSeconds how long each contender is loaded before the first round
 * @param seed of the order of turns, so that an order can be had again
 * @param alone whether each turn has its contender to itself, started and warmed up for it, since a capture that runs
 *     beside others sees their packets to the common service as well
 */
record Plan(int rounds, int runSeconds, int warmUpSeconds, long seed, boolean alone) {}
