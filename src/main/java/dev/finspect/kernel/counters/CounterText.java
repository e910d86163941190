package dev.finspect.kernel.counters;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the tables of counters in {@code /proc/net}. What is not understood is left out. */
public final class CounterText {
    static final String CONNTRACK = "conntrack_";

    private CounterText() {}

    /** {@code /proc/net/netstat} and {@code snmp}: a line of names and a line of values for each protocol; here of TCP. */
    public static Map<String, Long> pairs(List<String> lines) {
        Map<String, Long> values = new HashMap<>();
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            String[] names = lines.get(i).split(" ");
            String[] numbers = lines.get(i + 1).split(" ");
            boolean ofTcp = names[0].equals("TcpExt:") || names[0].equals("Tcp:");
            for (int column = 1; ofTcp && column < Math.min(names.length, numbers.length); column++) {
                put(values, names[column], numbers[column], 10);
            }
        }
        return values;
    }

    /** {@code /proc/net/stat/nf_conntrack}: names, then a line of hexadecimal numbers for each processor. */
    static Map<String, Long> processors(List<String> lines) {
        Map<String, Long> values = new HashMap<>();
        if (lines.isEmpty()) {
            return values;
        }
        String[] names = lines.get(0).trim().split(" +");
        for (String line : lines.subList(1, lines.size())) {
            String[] numbers = line.trim().split(" +");
            for (int column = 0; column < Math.min(names.length, numbers.length); column++) {
                put(values, CONNTRACK + names[column], numbers[column], 16);
            }
        }
        return values;
    }

    private static void put(Map<String, Long> values, String name, String number, int radix) {
        try {
            values.merge(name, Long.parseLong(number, radix), Long::sum);
        } catch (NumberFormatException e) {
            values.remove(name); // A form that this kernel alone has.
        }
    }
}
