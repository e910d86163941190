package dev.finspect.admin;

/** An invalid query string. The message names the valid parameters or values. */
final class BadQuery extends Exception {
    private static final long serialVersionUID = 1L;

    BadQuery(String message) {
        super(message);
    }
}
