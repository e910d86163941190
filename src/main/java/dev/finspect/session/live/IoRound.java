package dev.finspect.session.live;

/**
 * The number of the round of an event loop: in a round it asks the kernel once which sockets are ready, and then reads them. What two
 * sockets are ready for in one round was there before anything of either was passed on. Confined to the loop.
 */
public final class IoRound {
    /** Where rounds are not counted. */
    static final IoRound NONE = new IoRound();

    private long number;

    /** Another round begins. */
    public void begin() {
        number++;
    }

    /** The number of the present round; 0 where rounds are not counted. */
    public long number() {
        return number;
    }
}
