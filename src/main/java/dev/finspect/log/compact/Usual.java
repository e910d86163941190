package dev.finspect.log.compact;

import dev.finspect.tcp.Source;

/**
 * The source that a fact of a line usually has; a line names the source only of those facts that have another.
 *
 * @param captured in a record with captured segments
 * @param otherwise in any other
 */
record Usual(Source captured, Source otherwise) {
    static final Usual SOCKET = new Usual(Source.SOCKET, Source.SOCKET);
    static final Usual KERNEL = new Usual(Source.KERNEL, Source.KERNEL);
    static final Usual CONNTRACK = new Usual(Source.CONNTRACK, Source.CONNTRACK);
    static final Usual INFERRED = new Usual(Source.INFERRED, Source.INFERRED);
    static final Usual WIRE = new Usual(Source.WIRE, Source.WIRE);
    static final Usual WIRE_OR_SOCKET = new Usual(Source.WIRE, Source.SOCKET);
    static final Usual WIRE_OR_KERNEL = new Usual(Source.WIRE, Source.KERNEL);
    static final Usual WIRE_OR_INFERRED = new Usual(Source.WIRE, Source.INFERRED);

    /** In a record whose best source is {@code best}. */
    Source in(Source best) {
        return best == Source.WIRE ? captured : otherwise;
    }

    /** For the page and the schema. */
    String label() {
        return captured == otherwise
                ? captured.label()
                : captured.label() + " where captured, else " + otherwise.label();
    }
}
