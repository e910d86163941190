package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another user of this machine asks for what root's finspect knows. */
@Tag("privileged")
@NeedsPrograms(
        value = {"curl", "setpriv"},
        root = true)
final class OtherUserAsksIT {
    private static final List<String> READ =
            List.of("/", "/metrics", "/api/v1/sessions", "/api/v1/explain", "/api/v1/routes");

    private final LabFolder folder;
    private final ServerSocket service;
    private final ProxyProcess finspect;
    private final Socket client;
    private final String admin;

    OtherUserAsksIT() throws IOException {
        folder = new LabFolder();
        service = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        finspect =
                ProxyProcess.start(folder, "epoll", null, """
                    admin: {token_file: %s, open: [/readyz]}
                    engine: epoll
                    routes:
                      - {name: default, listen: '127.0.0.1:0', upstream: '127.0.0.1:%d'}
                    """.formatted(folder.path("token"), service.getLocalPort()));
        admin = finspect.admin("").toString();
        client = new Socket(InetAddress.getLoopbackAddress(), finspect.port());
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        finspect.close();
        service.close();
        folder.close();
    }

    @Test
    void readsWhatIsOpenAndNothingElse() throws Exception {
        for (String path : READ) {
            assertThat(curl(List.of(), path)).as("root " + path).endsWith(" 200");
            assertThat(curl(nobody(), path))
                    .as("nobody " + path)
                    .contains("\"error\":\"token\"", "root may read this here")
                    .endsWith(" 401");
        }
        assertThat(curl(nobody(), "/readyz")).endsWith(" 200");
        assertThat(curl(List.of(), "/api/v1/links", "-X", "POST"))
                .as("root changes nothing without the token")
                .endsWith(" 401");
    }

    @Test
    void readsAllAndChangesWithTheTokenOfTheFile() throws Exception {
        Path token = folder.path("token");
        assertThat(Files.getPosixFilePermissions(token)).hasSize(2);
        String bearer = "Authorization: Bearer " + Files.readString(token).strip();
        for (String path : READ) {
            assertThat(curl(nobody(), path, "-H", bearer)).endsWith(" 200");
        }
        String made = curl(nobody(), "/api/v1/links", "-X", "POST", "-H", bearer);
        assertThat(made).endsWith(" 200");
        String link = made.substring(made.indexOf("/open"), made.indexOf("\",\"expires"));
        Path jar = folder.ownDirectory("cookies").resolve("jar");
        assertThat(curl(nobody(), link, "-c", jar.toString())).endsWith(" 303");
        assertThat(curl(nobody(), "/api/v1/sessions", "-b", jar.toString())).endsWith(" 200");
        assertThat(curl(nobody(), link, "-c", jar.toString())).endsWith(" 401");
    }

    @Test
    void commandSaysWhatToDo() throws Exception {
        Program.Ran refused = command("explain", "--admin", admin);
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.errors())
                .contains(
                        "finspect: " + admin + " belongs to another user's finspect.",
                        "Run this command as root or as the user that runs finspect",
                        "--token-file FILE");
        Path token = Files.copy(folder.path("token"), folder.ownDirectory("own").resolve("token"));
        Files.setAttribute(token, "unix:mode", 0644);
        Program.Ran explained = command("explain", "--admin", admin, "--token-file", token.toString());
        assertThat(explained.exit()).as(explained.errors()).isZero();
        // On a busy machine the session is old enough by then for its listener to be reported, which does not accept
        // it.
        assertThat(explained.text()).containsPattern("nothing hangs: 1 session lives|session \\S+ on route default");
        assertThat(command("open", "--admin", admin, "--token-file", token.toString())
                        .text())
                .startsWith(admin + "/open?link=");
        Files.writeString(token, "another-token-of-letters\n");
        assertThat(command("open", "--admin", admin, "--token-file", token.toString())
                        .errors())
                .contains("does not take this token");
    }

    /** The instance file is where only the process itself says, in its environment. */
    @Test
    void rootFindsThoseOfAllUsers() throws Exception {
        Path runtime = folder.ownDirectory("runtime of nobody");
        Files.setAttribute(runtime, "unix:mode", 0700);
        List<String> start = new ArrayList<>(nobody());
        start.addAll(List.of("env", "XDG_RUNTIME_DIR=" + runtime));
        start.addAll(FinspectProgram.command(
                "run",
                "--listen",
                "127.0.0.1:0",
                "--upstream",
                "127.0.0.1:1",
                "--admin",
                "127.0.0.1:0",
                "--capture",
                "off"));
        try (Background theirs = Background.start(folder.path("theirs.log"), start)) {
            Pattern line = Pattern.compile("admin: (http://[0-9.:]+)");
            Await.until(theirs::output, () -> line.matcher(theirs.output()).find());
            Matcher admin = line.matcher(theirs.output());
            assertThat(admin.find()).isTrue();
            Program.Ran ran = Program.of(FinspectProgram.command("explain"))
                    .with("XDG_RUNTIME_DIR", "")
                    .run();
            assertThat(ran.text()).as(ran.errors() + theirs.output()).contains("# " + admin.group(1) + "\n");
            assertThat(ran.text()).as("that of this test too").contains("# " + this.admin);
        }
    }

    private static List<String> nobody() {
        return List.of(Programs.path("setpriv"), "--reuid", "nobody", "--regid", "nogroup", "--clear-groups");
    }

    private Program.Ran command(String... arguments) throws IOException {
        Path temporary = folder.path("tmp");
        if (!Files.exists(temporary)) {
            folder.ownDirectory("tmp");
        }
        List<String> command = new ArrayList<>(nobody());
        command.addAll(List.of("env", "-u", "XDG_RUNTIME_DIR"));
        command.addAll(FinspectProgram.command(List.of("-Djava.io.tmpdir=" + temporary), arguments));
        return Program.of(command).run();
    }

    /** The body, and behind it the status. */
    private String curl(List<String> as, String path, String... more) {
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of(Programs.path("curl"), "-s", "--max-time", "60", "-w", " %{http_code}"));
        command.addAll(List.of(more));
        command.add(admin + path);
        return Program.of(command).run().text();
    }
}
