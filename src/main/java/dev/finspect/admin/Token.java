package dev.finspect.admin;

import java.security.SecureRandom;
import java.util.Base64;

/** Secrets that cannot be guessed. */
final class Token {
    private Token() {}

    /** 256 random bits, in characters that need no quoting anywhere. */
    static String random() {
        byte[] bits = new byte[32];
        new SecureRandom().nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
