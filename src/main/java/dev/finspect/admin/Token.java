package dev.finspect.admin;

import java.security.SecureRandom;
import java.util.Base64;

/** Generates secret tokens. */
final class Token {
    private Token() {}

    /** 256 random bits as URL-safe Base64. */
    static String random() {
        byte[] bits = new byte[32];
        new SecureRandom().nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
