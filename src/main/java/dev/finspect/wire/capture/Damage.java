package dev.finspect.wire.capture;

import java.util.Locale;

/** The kinds of invalid content in a capture file. */
public enum Damage {
    PACKET_TOO_LONG("a packet claims to be %d bytes long, more than the limit"),
    BLOCK_LENGTH("a block claims to be %d bytes long, which no block can be"),
    BLOCK_LENGTHS_DIFFER("a block's length is not repeated at its end, which has %d"),
    PACKET_LONGER_THAN_BLOCK("a packet claims %d captured bytes, more than its block has"),
    UNKNOWN_INTERFACE("a packet names interface %d, which was not described before"),
    TOO_MANY_INTERFACES("more than %d interfaces are described"),
    BYTE_ORDER("a section's byte order mark is %#x");

    private final String sentence;

    Damage(String sentence) {
        this.sentence = sentence;
    }

    /** The description, with the invalid number. */
    String sentence(long number) {
        return String.format(Locale.ROOT, sentence, number);
    }
}
