package dev.finspect.admin;

/** Whether finspect is ready for new connections. The state only advances. Any thread. */
public final class Readiness {
    /** Phases of the process, in order. */
    public enum State {
        /** Not every listener is open yet. */
        STARTING("starting: not every listener is open yet"),
        /** All listeners are open, and clients are served; not yet as fast as later. */
        WARMING_UP("warming up: clients are served already, but not yet as fast as later"),
        /** All listeners are open. */
        READY("ready"),
        /** finspect is ending: new connections are refused, now or soon; living sessions may end. */
        DRAINING("draining: refuses new connections, now or soon, and waits for the living sessions to end");

        private final String sentence;

        State(String sentence) {
            this.sentence = sentence;
        }

        /** The response of {@code /readyz}. */
        public String sentence() {
            return sentence;
        }
    }

    private State state = State.STARTING;

    /** The current state. */
    public synchronized State state() {
        return state;
    }

    /** All listeners are open, and a warm-up begins. */
    public synchronized void warmingUp() {
        advance(State.WARMING_UP);
    }

    /** All listeners are open, and a warm-up, if there was one, is over. */
    public synchronized void listening() {
        advance(State.READY);
    }

    /** The shutdown has begun. */
    public synchronized void draining() {
        advance(State.DRAINING);
    }

    private void advance(State next) {
        if (next.compareTo(state) > 0) {
            state = next;
        }
    }
}
