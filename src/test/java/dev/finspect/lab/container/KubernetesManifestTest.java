package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigReader;
import dev.finspect.cli.config.Overrides;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code config/kubernetes/sidecar.yaml} against the API of Kubernetes as the model of fabric8 has it, and against itself. */
final class KubernetesManifestTest {
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1 ConfigMap", ConfigMap.class, "apps/v1 Deployment", Deployment.class, "v1 Service", Service.class);

    /** Takes no field that the API has not, and no value of another type. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated method) {
                    return false; // The model accepts unknown fields; here they are errors.
                }
            })
            .build();

    @TempDir
    Path folder;

    @Test
    void everyDocumentIsAsTheApiWantsIt() throws IOException {
        List<JsonNode> documents = KubernetesFiles.documents("sidecar.yaml");
        assertThat(documents).hasSize(3);
        for (JsonNode document : documents) {
            assertThat(read(document).getMetadata().getName()).startsWith("orders");
        }
    }

    @Test
    void whatTheApiDoesNotKnowIsFound() throws IOException {
        ObjectNode misspelt = KubernetesFiles.sidecar("Deployment").deepCopy();
        ((ObjectNode) misspelt.at("/spec/template/spec/initContainers/0/securityContext"))
                .put("readonlyRootFilesystem", true);
        assertThatThrownBy(() -> read(misspelt)).hasMessageContaining("readonlyRootFilesystem");
        ObjectNode mistyped = KubernetesFiles.sidecar("Deployment").deepCopy();
        ((ObjectNode) mistyped.at("/spec/template/spec/initContainers/1/securityContext")).put("runAsUser", "finspect");
        assertThatThrownBy(() -> read(mistyped)).hasMessageContaining("runAsUser");
    }

    @Test
    void whatIsNamedIsThere() throws IOException {
        JsonNode pod = KubernetesFiles.sidecar("Deployment").at("/spec/template/spec");
        Set<String> volumes = new HashSet<>();
        pod.at("/volumes").forEach(volume -> volumes.add(volume.at("/name").asText()));
        Set<String> mounted = new HashSet<>();
        pod.findValues("volumeMounts")
                .forEach(mounts ->
                        mounts.forEach(mount -> mounted.add(mount.at("/name").asText())));
        assertThat(mounted).isEqualTo(volumes);
        assertThat(pod.at("/volumes/0/configMap/name"))
                .isEqualTo(KubernetesFiles.sidecar("ConfigMap").at("/metadata/name"));
        JsonNode labels = KubernetesFiles.sidecar("Deployment").at("/spec/template/metadata/labels");
        assertThat(KubernetesFiles.sidecar("Deployment").at("/spec/selector/matchLabels"))
                .isEqualTo(labels);
        assertThat(KubernetesFiles.sidecar("Service").at("/spec/selector")).isEqualTo(labels);
        assertThat(KubernetesFiles.sidecar("Service").at("/spec/ports/0/targetPort"))
                .isEqualTo(KubernetesFiles.container("orders").at("/ports/0/name"));
        JsonNode finspect = KubernetesFiles.container("finspect");
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(finspect.at("/" + probe + "/httpGet/port")).isEqualTo(finspect.at("/ports/1/name"));
        }
        assertThat(KubernetesFiles.sidecar("Deployment")
                        .at("/spec/template/metadata/annotations")
                        .path("prometheus.io/port")
                        .asText())
                .isEqualTo(finspect.at("/ports/1/containerPort").asText());
    }

    /** Each of finspect's containers has what it needs of rights, and no more; its user is the image's. */
    @Test
    void rightsAreNarrow() throws IOException {
        for (String name : List.of("finspect-rules", "finspect")) {
            JsonNode rights = KubernetesFiles.container(name).at("/securityContext");
            assertThat(rights.at("/readOnlyRootFilesystem").asBoolean())
                    .as(name)
                    .isTrue();
            assertThat(rights.at("/capabilities/drop").toString()).as(name).isEqualTo("[\"ALL\"]");
            assertThat(rights.at("/runAsUser").isInt()).as(name).isTrue();
            assertThat(rights.has("privileged")).as(name).isFalse();
            assertThat(KubernetesFiles.container(name).at("/resources/limits").has("memory"))
                    .as(name)
                    .isTrue();
        }
        JsonNode finspect = KubernetesFiles.container("finspect").at("/securityContext");
        assertThat(finspect.at("/runAsNonRoot").asBoolean()).isTrue();
        assertThat(finspect.at("/capabilities/add").toString()).isEqualTo("[\"NET_RAW\"]");
        assertThat(Files.readString(Path.of("docker", "Dockerfile")))
                .contains("ARG FINSPECT_UID=" + finspect.at("/runAsUser").asInt() + "\n");
        assertThat(KubernetesFiles.container("finspect-rules")
                        .at("/securityContext/capabilities/add")
                        .toString())
                .isEqualTo("[\"NET_ADMIN\"]");
    }

    /** The job keeps the target that the pod declares for it. */
    @Test
    void prometheusFindsThePort() throws IOException {
        JsonNode relabelling =
                KubernetesFiles.documents("prometheus.yml").get(0).at("/scrape_configs/0/relabel_configs");
        JsonNode metrics = KubernetesFiles.container("finspect");
        assertThat(metrics.at("/name").asText() + ";"
                        + metrics.at("/ports/1/name").asText())
                .matches(Pattern.compile(relabelling.at("/1/regex").asText()));
        assertThat(relabelling.at("/0/source_labels/0").asText()).endsWith("annotation_prometheus_io_scrape");
        assertThat(relabelling.findValuesAsText("target_label")).contains("instance", "__metrics_path__");
    }

    /** finspect takes the configuration, which opens what is asked of it from outside the pod, and nothing else. */
    @Test
    void whatIsAskedFromOutsideThePodIsOpen() throws Exception {
        Path file = folder.resolve("finspect.yaml");
        Files.writeString(
                file,
                KubernetesFiles.sidecar("ConfigMap").at("/data/finspect.yaml").asText());
        Config.Admin admin = ConfigReader.ofFile(file, new Overrides(Map.of())).admin();
        JsonNode finspect = KubernetesFiles.container("finspect");
        Set<String> asked = new TreeSet<>(Set.of("/metrics"));
        finspect.findValues("path").forEach(path -> asked.add(path.asText()));
        assertThat(admin.access().open()).containsExactlyInAnyOrderElementsOf(asked);
        assertThat(admin.access().tokenFile()).isPresent();
        assertThat(admin.listen().orElseThrow().getPort())
                .isEqualTo(finspect.at("/ports/1/containerPort").asInt());
    }

    private static HasMetadata read(JsonNode document) throws JsonProcessingException {
        String kind =
                document.at("/apiVersion").asText() + " " + document.at("/kind").asText();
        Class<? extends HasMetadata> type = KINDS.get(kind);
        if (type == null) {
            throw new AssertionError("no " + kind + " is expected");
        }
        return STRICT.treeToValue(document, type);
    }
}
