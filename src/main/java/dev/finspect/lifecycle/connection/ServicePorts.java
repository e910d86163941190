package dev.finspect.lifecycle.connection;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** Ports on which services are likely to listen, to find the originator if the handshake was not captured. Immutable. */
public final class ServicePorts {
    private static final int PORTS = 65_536;

    /** No ports: the sender of the first segment counts as the originator. */
    public static final ServicePorts NONE = new ServicePorts(new BitSet());

    /**
     * Ports of common services, registered with IANA or customary: remote shells, mail, names, directories, web and
     * its proxies, files, databases, caches, queues, chat, monitoring, clusters.
     */
    public static final ServicePorts WELL_KNOWN = of(List.of(
            7, 9, 13, 19, 21, 22, 23, 25, 37, 43, 49, 53, 70, 79, 80, 81, 82, 88, 102, 106, 110, 111, 113, 119, 135,
            139, 143, 179, 199, 264, 389, 427, 443, 444, 445, 465, 500, 502, 512, 513, 514, 515, 523, 540, 543, 544,
            548, 554, 563, 585, 587, 591, 593, 614, 623, 631, 636, 646, 666, 691, 749, 853, 860, 873, 888, 902, 989,
            990, 992, 993, 994, 995, 1080, 1194, 1352, 1433, 1434, 1494, 1521, 1723, 1883, 1935, 2049, 2082, 2083, 2086,
            2087, 2181, 2222, 2375, 2376, 2379, 2380, 2404, 2483, 2484, 2628, 2811, 3000, 3128, 3260, 3268, 3269, 3306,
            3389, 3478, 3690, 4000, 4222, 4369, 4443, 4505, 4506, 4848, 5000, 5001, 5050, 5060, 5061, 5222, 5223, 5269,
            5353, 5432, 5433, 5555, 5601, 5666, 5671, 5672, 5800, 5900, 5901, 5984, 5985, 5986, 6000, 6001, 6379, 6380,
            6432, 6443, 6514, 6666, 6667, 6668, 6669, 6697, 7000, 7001, 7002, 7077, 7199, 7474, 7687, 8000, 8008, 8009,
            8010, 8080, 8081, 8082, 8083, 8086, 8088, 8090, 8091, 8125, 8140, 8200, 8300, 8333, 8404, 8443, 8500, 8530,
            8531, 8686, 8834, 8883, 8888, 8983, 9000, 9001, 9042, 9080, 9090, 9091, 9092, 9093, 9100, 9160, 9200, 9300,
            9418, 9443, 9600, 9999, 10000, 10050, 10051, 10250, 11211, 11371, 15672, 16379, 20000, 25565, 26257, 27017,
            27018, 28015, 32400, 44818, 50000, 50070, 61613, 61616));

    private final BitSet ports;

    private ServicePorts(BitSet ports) {
        this.ports = ports;
    }

    /** These ports; numbers that are no valid ports are ignored. */
    public static ServicePorts of(Collection<Integer> ports) {
        BitSet set = new BitSet(PORTS);
        for (int port : ports) {
            if (port >= 0 && port < PORTS) {
                set.set(port);
            }
        }
        return new ServicePorts(set);
    }

    /** Whether services are likely to listen on this port. */
    public boolean likely(int port) {
        return port >= 0 && ports.get(port);
    }
}
