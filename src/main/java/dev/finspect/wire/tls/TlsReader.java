package dev.finspect.wire.tls;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what one peer sends in clear at the beginning of a TLS connection, in pieces of any size, and reports each step. Any
 * bytes are answered; nothing is thrown. Not thread-safe.
 *
 * <pre>
 *   first bytes: no TLS? -------------------------------------------------&gt; off
 *   record header (5) -&gt; handshake (22): header (4) -&gt; hello: kept until it is whole; other messages: skipped
 *                     -&gt; alert (21)
 *                     -&gt; ChangeCipherSpec (20), application data (23) ------&gt; off: encrypted from here on
 *                     -&gt; anything else, or more than is looked at ----------&gt; off
 * </pre>
 *
 * <p>Only a hello is kept, while it is incomplete: as many bytes as have come of it, {@link #MOST_HELLO_BYTES} at most. A
 * ChangeCipherSpec does not end it while a second ClientHello is due (RFC 8446, appendix D.4).
 */
public final class TlsReader {
    /** Bytes of a peer that are looked at: more than any certificates in use. */
    public static final int MOST_BYTES = 64 * 1024;

    /** Bytes of a hello, which grows with keys and tickets to some thousands. */
    static final int MOST_HELLO_BYTES = 16 * 1024;

    private static final int RECORD_HEADER_BYTES = 5;
    private static final int MESSAGE_HEADER_BYTES = 4;
    private static final int MOST_RECORD_BYTES = (16 * 1024) + 2048;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int TLS_MAJOR = 3;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int SERVER_HELLO_DONE = 14;
    private static final int ALERT_BYTES = 2;
    private static final int FATAL = 2;
    /** Of one peer: a handshake has half as many. */
    private static final int MOST_STEPS = 16;
    /** That a hello has begun: as its headers come, and with each of its records. */
    private static final int MOST_ANNOUNCEMENTS = 8;

    private final boolean isClient;
    private final Consumer<TlsStep> steps;
    private boolean on = true;
    private long looked;
    private int reads;
    /** The header of a record, then of a message, as far as it has come. */
    private final byte[] recordHeader = new byte[RECORD_HEADER_BYTES];

    private int recordHeaderBytes;
    private int recordType;
    private int recordLeft;
    private final byte[] messageHeader = new byte[MESSAGE_HEADER_BYTES];
    private int messageHeaderBytes;
    private int messageLeft;
    private int helloLength;
    private byte @Nullable [] hello;
    private long recordBeganAt;
    private int recordBeganReads;
    private long helloBeganAt;
    private int helloBeganReads;
    private boolean helloSeen;
    private long announcedBytes = -1;
    private boolean secondHelloDue;
    private int announcements;
    private int reported;

    /** Reads a client, or a server; {@code steps} must not throw. */
    public TlsReader(boolean isClient, Consumer<TlsStep> steps) {
        this.isClient = isClient;
        this.steps = steps;
    }

    /** Whether it looks at what comes. */
    public boolean isOn() {
        return on;
    }

    /** The server has asked this client for a second ClientHello. */
    public void secondHelloIsDue() {
        secondHelloDue = true;
    }

    /** Takes the bytes from {@code from} to {@code to}: those of one read. Moves no position of the buffer. */
    public void take(ByteBuffer bytes, int from, int to) {
        if (!on || from >= to) {
            return;
        }
        reads++;
        if (looked == 0 && !isTls(bytes, from, to)) {
            return;
        }
        int at = from;
        while (on && at < to) {
            int next = recordLeft == 0 ? header(bytes, at, to) : body(bytes, at, Math.min(to, at + recordLeft));
            looked += next - at;
            at = next;
            if (on && looked > MOST_BYTES) {
                notUnderstood();
            }
        }
        announceHello();
    }

    private boolean isTls(ByteBuffer bytes, int from, int to) {
        byte[] first = new byte[Math.min(FirstBytes.DECISIVE_BYTES, to - from)];
        for (int i = 0; i < first.length; i++) {
            first[i] = bytes.get(from + i);
        }
        FirstBytes what = FirstBytes.of(first, first.length);
        on = what == FirstBytes.TLS;
        report(new TlsStep.FirstBytesSeen(what));
        return on;
    }

    /** Takes bytes of a record's header; returns where they end. */
    private int header(ByteBuffer bytes, int from, int to) {
        int at = from;
        if (recordHeaderBytes == 0) {
            recordBeganAt = looked;
            recordBeganReads = reads;
        }
        while (at < to && recordHeaderBytes < RECORD_HEADER_BYTES) {
            recordHeader[recordHeaderBytes++] = bytes.get(at++);
        }
        if (recordHeaderBytes < RECORD_HEADER_BYTES) {
            return at;
        }
        recordHeaderBytes = 0;
        boolean withinMessage = messageLeft > 0 || messageHeaderBytes > 0;
        int typeBefore = recordType;
        recordType = recordHeader[0];
        recordLeft = number(recordHeader, 3, 2);
        if (recordHeader[1] != TLS_MAJOR
                || recordLeft > MOST_RECORD_BYTES
                || (withinMessage && recordType != typeBefore)
                || (recordType == ALERT && recordLeft != ALERT_BYTES)) {
            notUnderstood();
        } else if (recordType == APPLICATION_DATA || (recordType == CHANGE_CIPHER_SPEC && !secondHelloDue)) {
            report(new TlsStep.EncryptionBegun());
            off();
        } else if (recordType < CHANGE_CIPHER_SPEC || recordType > HANDSHAKE) {
            notUnderstood();
        }
        return at;
    }

    /** Takes bytes of a record; returns where they end. */
    private int body(ByteBuffer bytes, int from, int to) {
        int at = to;
        if (recordType == HANDSHAKE) {
            at = messageLeft == 0 ? messageHeader(bytes, from, to) : message(bytes, from, to);
        } else if (recordType == ALERT) {
            at = alert(bytes, from, to);
        }
        recordLeft -= at - from;
        return at;
    }

    private int alert(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to && messageHeaderBytes < ALERT_BYTES) {
            messageHeader[messageHeaderBytes++] = bytes.get(at++);
        }
        if (messageHeaderBytes == ALERT_BYTES) {
            messageHeaderBytes = 0;
            report(new TlsStep.AlertSeen(new TlsAlert(messageHeader[0] == FATAL, messageHeader[1] & 0xff)));
        }
        return at;
    }

    private int messageHeader(ByteBuffer bytes, int from, int to) {
        int at = from;
        if (messageHeaderBytes == 0) {
            helloBeganAt = recordBeganAt;
            helloBeganReads = recordBeganReads;
        }
        while (at < to && messageHeaderBytes < MESSAGE_HEADER_BYTES) {
            messageHeader[messageHeaderBytes++] = bytes.get(at++);
        }
        if (messageHeaderBytes == MESSAGE_HEADER_BYTES) {
            messageHeaderBytes = 0;
            messageLeft = number(messageHeader, 1, 3);
            begin(messageHeader[0]);
        }
        return at;
    }

    private void begin(int type) {
        if (type == (isClient ? CLIENT_HELLO : SERVER_HELLO)) {
            helloLength = messageLeft;
            hello = new byte[Math.min(messageLeft, 512)];
            if (messageLeft > MOST_HELLO_BYTES || messageLeft == 0) {
                notUnderstood();
            }
        } else if (type == SERVER_HELLO_DONE && !isClient) {
            report(new TlsStep.FlightDone());
        }
    }

    private int message(ByteBuffer bytes, int from, int to) {
        int count = Math.min(to - from, messageLeft);
        byte[] kept = hello;
        if (kept != null) {
            int offset = helloLength - messageLeft;
            if (kept.length < offset + count) {
                kept = Arrays.copyOf(kept, Math.min(helloLength, Math.max(2 * kept.length, offset + count)));
                hello = kept;
            }
            for (int i = 0; i < count; i++) {
                kept[offset + i] = bytes.get(from + i);
            }
        }
        messageLeft -= count;
        if (kept != null && messageLeft == 0) {
            hello = null;
            whole(kept, looked + count);
        }
        return from + count;
    }

    private void whole(byte[] message, long endsAt) {
        long size = endsAt - helloBeganAt;
        int readsOfIt = reads - helloBeganReads + 1;
        helloSeen = true;
        TlsStep step = null;
        if (isClient) {
            secondHelloDue = false;
            ClientHello offered = HelloParser.client(message, helloLength);
            step = offered == null ? null : new TlsStep.ClientHelloSeen(offered, size, readsOfIt);
        } else {
            ServerHello chosen = HelloParser.server(message, helloLength);
            secondHelloDue = chosen != null && chosen.retry();
            step = chosen == null ? null : new TlsStep.ServerHelloSeen(chosen, size, readsOfIt);
        }
        if (step == null) {
            notUnderstood();
        } else {
            report(step);
        }
    }

    /** Reports that a hello has begun, when the read ends before it does. */
    private void announceHello() {
        if (!on || (helloSeen && hello == null)) {
            return;
        }
        long expected = -1;
        if (hello != null) {
            expected = looked + messageLeft + (messageLeft > recordLeft ? RECORD_HEADER_BYTES : 0);
        } else if (recordLeft > 0 && recordType == HANDSHAKE) {
            expected = looked + recordLeft;
        } else if (recordHeaderBytes > 0) {
            expected = 0;
        }
        if (expected >= 0 && expected != announcedBytes && announcements < MOST_ANNOUNCEMENTS) {
            announcements++;
            announcedBytes = expected;
            steps.accept(new TlsStep.HelloBegun(expected));
        }
    }

    private void report(TlsStep step) {
        steps.accept(step);
        if (++reported == MOST_STEPS) {
            off();
        }
    }

    private void notUnderstood() {
        off();
        steps.accept(new TlsStep.NotUnderstood());
    }

    private void off() {
        on = false;
        hello = null;
    }

    private static int number(byte[] bytes, int from, int width) {
        int value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }
}
