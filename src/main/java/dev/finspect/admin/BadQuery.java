package dev.finspect.admin;

/** A query that asks for something that is not there; the message tells what there is. */
final class BadQuery extends Exception {
    private static final long serialVersionUID = 1L;

    BadQuery(String message) {
        super(message);
    }
}
