package dev.finspect.log;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Describes why a file cannot be opened or written, for people instead of an exception name. */
public final class FileErrorText {
    private FileErrorText() {}

    /** A clause without the file name: {@code its directory does not exist}. */
    public static String of(IOException error) {
        if (error instanceof NoSuchFileException) {
            return "its directory does not exist";
        }
        if (error instanceof AccessDeniedException) {
            return "user " + System.getProperty("user.name") + " may not write there";
        }
        if (error instanceof NotDirectoryException) {
            return "a part of its path is not a directory";
        }
        String reason = error instanceof FileSystemException file ? file.getReason() : error.getMessage();
        return reason == null ? error.getClass().getSimpleName() : decapitalized(reason);
    }

    private static String decapitalized(String reason) {
        return reason.isEmpty() ? reason : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
    }
}
