package dev.finspect.lab.healthy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Programs;
import dev.finspect.lab.SshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Shells at rest, and copies at 10 kB/s. */
final class ShellTraffic {
    private static final int COPY_BYTES = 200_000;

    private ShellTraffic() {}

    static List<Traffic> all() {
        return List.of(
                Traffic.of("ssh", List.of("ssh", "sshd", "ssh-keygen", "scp"), ShellTraffic::ssh),
                Traffic.of("rsync", List.of("rsync"), ShellTraffic::rsync),
                Traffic.of("iperf3", List.of("iperf3"), ShellTraffic::iperf3));
    }

    private static Traffic.Clients ssh(Venue venue) throws IOException {
        SshServer server = venue.keep(
                new SshServer(venue.folder, venue.serverAddress(), venue.hosts().server()));
        venue.listensOn(server.port());
        Files.write(venue.folder.path("copied"), new byte[COPY_BYTES]);
        return clients -> sshClients(clients, server);
    }

    private static void sshClients(Venue venue, SshServer server) {
        for (int alive : new int[] {0, 5}) {
            String who = alive == 0 ? "at rest" : "at rest, ServerAliveInterval";
            List<String> command = new ArrayList<>(server.client(venue.doorPort));
            command.addAll(List.of("-o", "ServerAliveInterval=" + alive, venue.door(), "cat"));
            venue.once(who, () -> {
                try (Venue.Spoken shell = venue.spoken(command)) {
                    int i = 0;
                    do {
                        shell.say("line " + i);
                        shell.hear("line " + i);
                        venue.did(who);
                    } while (venue.goesOn(i++ % 2 == 0 ? 3 : 40));
                    shell.ends();
                }
            });
        }
        List<String> work = new ArrayList<>(server.client(venue.doorPort));
        work.addAll(List.of(venue.door(), "sleep 12; echo done"));
        venue.repeat(
                "command that works",
                List.of(5),
                () -> assertThat(venue.run(work.toArray(String[]::new))).isEqualTo("done\n"));
        List<String> copy = new ArrayList<>(server.client(venue.doorPort));
        copy.set(0, Programs.path("scp"));
        int port = copy.indexOf("-p");
        copy.set(port, "-P");
        int user = copy.indexOf("-l");
        copy.subList(user, user + 2).clear();
        // The protocol of old: the server has no sftp.
        copy.addAll(List.of("-O", "-l", "80", "-q"));
        String remote = System.getProperty("user.name") + "@" + venue.door() + ":";
        Path from = venue.folder.path("copied");
        venue.repeat("scp down", List.of(4), () -> copied(venue, copy, remote + from, "", "down"));
        venue.repeat("scp up", List.of(4), () -> copied(venue, copy, from.toString(), remote, "up"));
    }

    private static void copied(Venue venue, List<String> copy, String from, String remote, String to)
            throws IOException {
        Path target = venue.folder.path(to);
        List<String> command = new ArrayList<>(copy);
        command.addAll(List.of(from, remote + target));
        venue.run(command.toArray(String[]::new));
        assertThat(Files.size(target)).isEqualTo(COPY_BYTES);
        Files.delete(target);
    }

    private static Traffic.Clients rsync(Venue venue) throws IOException {
        Path module = Files.createDirectory(venue.folder.path("module"));
        Files.write(module.resolve("file"), new byte[COPY_BYTES]);
        Path config = venue.folder.file("rsyncd.conf", """
                use chroot = no
                uid = root
                gid = root
                pid file = %s
                log file = /dev/stderr
                [module]
                  path = %s
                  read only = no
                """.formatted(venue.folder.path("rsync.pid"), module));
        venue.serve(List.of(
                Programs.path("rsync"),
                "--daemon",
                "--no-detach",
                "--address",
                venue.serverAddress(),
                "--port",
                String.valueOf(venue.serverPort()),
                "--config",
                config.toString()));
        return ShellTraffic::rsyncClients;
    }

    private static void rsyncClients(Venue venue) {
        String url = "rsync://" + venue.doorAndPort() + "/module/";
        venue.repeat(
                "down",
                List.of(5),
                () -> rsynced(venue, url + "file", venue.folder.path("down").toString(), "down"));
        venue.repeat("up", List.of(5), () -> {
            Path from = venue.folder.path("from");
            Files.write(from, new byte[COPY_BYTES]);
            rsynced(venue, from.toString(), url + "up", "module/up");
        });
    }

    private static void rsynced(Venue venue, String from, String to, String made) throws IOException {
        Path target = venue.folder.path(made);
        venue.run(Programs.path("rsync"), "--whole-file", "--bwlimit=10", "-I", from, to);
        assertThat(Files.size(target)).isEqualTo(COPY_BYTES);
        Files.delete(target);
    }

    private static Traffic.Clients iperf3(Venue venue) throws IOException {
        venue.serve(List.of(
                Programs.path("iperf3"), "-s", "-B", venue.serverAddress(), "-p", String.valueOf(venue.serverPort())));
        return ShellTraffic::iperf3Clients;
    }

    private static void iperf3Clients(Venue venue) {
        List<String> up = List.of(
                Programs.path("iperf3"),
                "-c",
                venue.door(),
                "-p",
                String.valueOf(venue.doorPort),
                "-b",
                "80K",
                "-l",
                "1000",
                "-t",
                "20");
        List<String> down = new ArrayList<>(up);
        down.add("-R");
        venue.repeat("80 kbit/s", List.of(3), () -> {
            venue.run(up.toArray(String[]::new));
            venue.run(down.toArray(String[]::new));
        });
    }
}
