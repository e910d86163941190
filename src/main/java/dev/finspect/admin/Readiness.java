package dev.finspect.admin;

/** Whether this finspect takes new connections. It only goes on, never back. Any thread. */
public final class Readiness {
    /** How far it has come. */
    public enum State {
        /** Not every listener is open yet. */
        STARTING("starting: not every listener is open yet"),
        /** Every listener accepts. */
        READY("ready"),
        /** It accepts no more and waits for the living sessions. */
        DRAINING("draining: no new connections are accepted, living sessions are waited for");

        private final String sentence;

        State(String sentence) {
            this.sentence = sentence;
        }

        /** What {@code /readyz} answers. */
        public String sentence() {
            return sentence;
        }
    }

    private State state = State.STARTING;

    /** Where it stands now. */
    public synchronized State state() {
        return state;
    }

    /** Every listener accepts. */
    public synchronized void listening() {
        if (state == State.STARTING) {
            state = State.READY;
        }
    }

    /** The end has begun. */
    public synchronized void draining() {
        state = State.DRAINING;
    }
}
