package dev.finspect.lab.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files of {@code config/kubernetes}. */
final class KubernetesFiles {
    static final Path FOLDER = Path.of("config", "kubernetes");
    static final ObjectMapper JSON = new ObjectMapper();

    private KubernetesFiles() {}

    /** The documents of a file, in their order. */
    static List<JsonNode> documents(String name) throws IOException {
        Iterable<Object> all = new Load(LoadSettings.builder().setLabel(name).build())
                .loadAllFromString(Files.readString(FOLDER.resolve(name)));
        return StreamSupport.stream(all.spliterator(), false)
                .<JsonNode>map(JSON::valueToTree)
                .toList();
    }

    /** The sidecar's document of this kind. */
    static JsonNode sidecar(String kind) throws IOException {
        return documents("sidecar.yaml").stream()
                .filter(document -> document.at("/kind").asText().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind));
    }

    /** A container of the sidecar's pod, init containers among them. */
    static JsonNode container(String name) throws IOException {
        JsonNode pod = sidecar("Deployment").at("/spec/template/spec");
        for (String kind : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path(kind)) {
                if (container.at("/name").asText().equals(name)) {
                    return container;
                }
            }
        }
        throw new AssertionError("no container " + name);
    }
}
