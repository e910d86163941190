package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import dev.finspect.lab.net.Namespace;
import dev.finspect.log.LineSchema;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A container of the image that runs finspect in a network namespace, with its entry point and its user. */
final class RunningContainer implements AutoCloseable {
    /** Runs what follows without JAVA_HOME of this host, which an engine does not pass to a container. */
    static final List<String> WITHOUT_HOST = List.of("env", "-u", "JAVA_HOME");

    private static final int PATIENCE_SECONDS = 60;
    private static final String CONFIG = "/etc/finspect/finspect.yaml";

    private final Background process;
    private final JsonNode image;

    private RunningContainer(Background process, JsonNode image) {
        this.process = process;
        this.image = image;
    }

    /** Starts it by buildah with this configuration, and with CAP_NET_RAW if {@code mayCapture}. */
    static RunningContainer start(
            Buildah buildah, LabFolder folder, Namespace namespace, String configuration, boolean mayCapture)
            throws IOException {
        JsonNode image = image(buildah);
        String container = buildah.succeed("from", FinspectImage.NAME);
        List<String> arguments = new ArrayList<>(List.of(
                mayCapture ? "--cap-add=CAP_NET_RAW" : "--cap-drop=CAP_NET_RAW",
                "-v",
                folder.file("finspect.yaml", configuration) + ":" + CONFIG + ":ro",
                "-e",
                "FINSPECT_CONFIG=" + CONFIG,
                container,
                "--"));
        image.at("/Entrypoint").forEach(word -> arguments.add(word.asText()));
        image.at("/Cmd").forEach(word -> arguments.add(word.asText()));
        return started(namespace, folder, buildah.command("run", arguments.toArray(String[]::new)), image);
    }

    /** Starts finspect by a command that puts it into a container of this image. */
    static RunningContainer started(Namespace namespace, LabFolder folder, List<String> command, JsonNode image)
            throws IOException {
        Background process = Background.start(folder.path("finspect.log"), namespace.command(command));
        RunningContainer running = new RunningContainer(process, image);
        try {
            Await.until(() -> "finspect does not start\n" + running.output(), () -> {
                if (!process.process().isAlive()) {
                    throw new AssertionError("finspect ended at once\n" + running.output());
                }
                return running.output().contains("admin: http://127.0.0.1:9600");
            });
            return running;
        } catch (AssertionError e) {
            running.close();
            throw e;
        }
    }

    /** What the image says of how it is run. */
    static JsonNode image(Buildah buildah) throws IOException {
        String description = buildah.succeed("inspect", "--type", "image", FinspectImage.NAME);
        return new ObjectMapper().readTree(description).at("/Docker/config");
    }

    /** What finspect has written so far, to both its outputs. */
    String output() {
        return process.output();
    }

    /** The health check that the image asks an engine to make, made as an engine does: as its user, beside finspect. */
    private Program.Ran health() {
        List<String> command = new ArrayList<>(List.of(
                Programs.path("nsenter"), "--target=" + java().pid(), "--mount", "--pid", "--net", "--root", "--wd"));
        List<String> user = List.of(image.at("/User").asText().split(":", -1));
        command.addAll(List.of("--setuid=" + user.get(0), "--setgid=" + user.get(1)));
        List<String> words = new ArrayList<>();
        image.at("/Healthcheck/Test").forEach(word -> words.add(word.asText()));
        assertThat(words.remove(0)).isEqualTo("CMD");
        command.addAll(WITHOUT_HOST);
        command.addAll(words);
        return Program.of(command).run();
    }

    /** Waits until a health check succeeds, since one has only some seconds, and answers with it. */
    Program.Ran healthy() {
        List<Program.Ran> checks = new ArrayList<>();
        Await.until(() -> "not healthy: " + checks + "\n" + output(), () -> {
            checks.add(health());
            return checks.get(checks.size() - 1).exit() == 0;
        });
        return checks.get(checks.size() - 1);
    }

    /** The records so far in either form, each of them valid. */
    List<JsonNode> records() {
        List<JsonNode> records = new ArrayList<>();
        String text = output();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
            if (line.startsWith("{")) {
                records.add(line.contains("\"schema\":") ? LineSchema.valid(line) : RecordSchema.valid(line));
            }
        }
        return records;
    }

    /** Waits for a record with this event of this route. */
    JsonNode record(String route, String event) {
        Await.until(
                () -> "no " + event + " of " + route + "\n" + output(),
                () -> !records(route, event).isEmpty());
        return records(route, event).get(0);
    }

    private List<JsonNode> records(String route, String event) {
        return records().stream()
                .filter(record -> record.at("/route").asText().equals(route)
                        && record.at("/event").asText().equals(event))
                .toList();
    }

    /** The process of finspect itself. */
    ProcessHandle java() {
        return process.process()
                .descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no java is running\n" + output()));
    }

    /** Asks finspect to end as an engine does, and answers with the exit code. */
    int terminate() throws InterruptedException {
        java().destroy();
        if (!process.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("finspect does not end\n" + output());
        }
        return process.process().exitValue();
    }

    @Override
    public void close() {
        process.process().descendants().forEach(ProcessHandle::destroyForcibly);
        process.close();
    }
}
