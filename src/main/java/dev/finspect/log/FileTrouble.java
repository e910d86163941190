package dev.finspect.log;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file cannot be had, in words for people instead of an exception's name. */
public final class FileTrouble {
    private FileTrouble() {}

    /** Half a sentence without the file's name: {@code its directory does not exist}. */
    public static String words(IOException error) {
        if (error instanceof NoSuchFileException) {
            return "its directory does not exist";
        }
        if (error instanceof AccessDeniedException) {
            return "user " + System.getProperty("user.name") + " may not write there";
        }
        if (error instanceof NotDirectoryException) {
            return "a part of its path is no directory";
        }
        String reason = error instanceof FileSystemException file ? file.getReason() : error.getMessage();
        return reason == null ? error.getClass().getSimpleName() : lowered(reason);
    }

    private static String lowered(String reason) {
        return reason.isEmpty() ? reason : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
    }
}
