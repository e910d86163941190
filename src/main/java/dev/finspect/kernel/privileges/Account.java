package dev.finspect.kernel.privileges;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.finspect.kernel.Reading;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user account that the process can switch to.
 *
 * @param name the system's name; null for a number without a name, which then has no supplementary groups
 * @param uid user id, unsigned
 * @param gid id of its primary group, or of the requested group
 */
public record Account(@Nullable String name, int uid, int gid) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");
    private static final long GREATEST_ID = 0xffff_fffeL;
    /** Offset of the id in {@code struct passwd} and {@code struct group}, after two pointers. */
    private static final long ID_OFFSET = 2L * Native.POINTER_SIZE;

    /** Looks up {@code USER} or {@code USER:GROUP}, by names or numbers; unavailable with the reason if there is no such account. Thread-safe. */
    public static Reading<Account> of(String text) {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? null : text.substring(colon + 1);
        synchronized (Account.class) { // The C library returns static memory.
            Account found = user(user);
            if (found == null) {
                return new Reading.Unavailable<>("there is no user " + user + " on this machine");
            }
            if (group == null) {
                return found.gid < 0 && found.name == null
                        ? new Reading.Unavailable<>("the number " + user
                                + " is no user of this machine, so its group must be given: " + user + ":GROUP")
                        : new Reading.Value<>(found);
            }
            Integer gid = group(group);
            return gid == null
                    ? new Reading.Unavailable<>("there is no group " + group + " on this machine")
                    : new Reading.Value<>(new Account(found.name, found.uid, gid));
        }
    }

    private static @Nullable Account user(String text) {
        Integer number = number(text);
        Pointer entry = number == null ? PrivilegesLibC.getpwnam(text) : PrivilegesLibC.getpwuid(number);
        if (entry == null) {
            return number == null ? null : new Account(null, number, -1);
        }
        return new Account(
                entry.getPointer(0).getString(0), entry.getInt(ID_OFFSET), entry.getInt(ID_OFFSET + Integer.BYTES));
    }

    private static @Nullable Integer group(String text) {
        Integer number = number(text);
        if (number != null) {
            return number;
        }
        Pointer entry = PrivilegesLibC.getgrnam(text);
        return entry == null ? null : (Integer) entry.getInt(ID_OFFSET);
    }

    private static @Nullable Integer number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return null;
        }
        long number = Long.parseLong(text);
        return number <= GREATEST_ID ? (Integer) (int) number : null;
    }

    /** The name, or the number: {@code nobody}, {@code 65534}. */
    @Override
    public String toString() {
        return name == null ? Integer.toUnsignedString(uid) : name;
    }
}
