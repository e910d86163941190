package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code docker/compose.yaml} against the schema of the Compose Specification, and against the files it is about. */
final class ComposeFileTest {
    private static final Path DOCKER = Path.of("docker");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode compose;

    ComposeFileTest() throws IOException {
        compose = yaml(DOCKER.resolve("compose.yaml"));
    }

    @Test
    void itIsAsTheSpecificationWantsIt() throws IOException {
        ObjectNode specification;
        try (InputStream in = ComposeFileTest.class.getResourceAsStream("/compose-spec/compose-spec.json")) {
            specification = (ObjectNode) JSON.readTree(in);
        }
        // A relative one, which the validator refuses; nothing refers to it.
        specification.remove("$id");
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(specification);
        assertThat(schema.validate(compose)).isEmpty();

        ObjectNode wrong = compose.deepCopy();
        ((ObjectNode) wrong.at("/services/finspect")).put("cap-add", "NET_RAW");
        ((ObjectNode) wrong.at("/services/demo")).put("read_only", 5);
        assertThat(schema.validate(wrong)).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void everyFileThatItMountsOrBuildsOfIsThere() {
        List<String> named = new ArrayList<>();
        for (JsonNode service : compose.at("/services")) {
            for (JsonNode volume : service.path("volumes")) {
                String source = volume.asText().split(":", -1)[0];
                if (source.startsWith(".")) {
                    assertThat(DOCKER.resolve(source)).exists();
                    assertThat(volume.asText()).endsWith(":ro");
                } else {
                    assertThat(compose.at("/volumes").has(source)).as(source).isTrue();
                }
                named.add(source);
            }
            JsonNode build = service.path("build");
            if (build.isObject()) {
                Path context = DOCKER.resolve(build.at("/context").asText());
                assertThat(context.resolve(build.at("/dockerfile").asText())).exists();
                named.add(build.at("/dockerfile").asText());
            }
        }
        assertThat(named).contains("./finspect.yaml", "./demo.py", "../grafana/rules", "docker/Dockerfile");
    }

    /** What the Dockerfile copies is let through by the list of what is kept out. */
    @Test
    void theImageGetsWhatItCopies() throws IOException {
        List<String> letThrough = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        TreeSet<String> copied = new TreeSet<>();
        for (String line : Files.readAllLines(DOCKER.resolve("Dockerfile"))) {
            if (line.startsWith("COPY ") && !line.contains("--from=")) {
                List<String> words =
                        List.of(line.replaceAll("--chmod=\\d+ ", "").split(" +", -1));
                words.subList(1, words.size() - 1).forEach(word -> copied.add(word.replaceFirst("^\\./", "")));
            }
        }
        assertThat(letThrough).containsExactlyInAnyOrderElementsOf(copied);
        copied.forEach(path -> assertThat(Path.of(path)).exists());
    }

    @Test
    void everyRouteIsPublishedOnTheLoopbackAndMeetsThePortOfTheDemoService() throws IOException {
        List<String> ports = new ArrayList<>();
        for (JsonNode route : yaml(DOCKER.resolve("finspect.yaml")).at("/routes")) {
            String port = route.at("/listen").asText().replace("0.0.0.0:", "");
            assertThat(route.at("/upstream").asText()).isEqualTo("demo:" + port);
            ports.add(port);
        }
        String range = ports.get(0) + "-" + ports.get(ports.size() - 1);
        assertThat(ports).hasSize(Integer.parseInt(ports.get(ports.size() - 1)) - Integer.parseInt(ports.get(0)) + 1);
        List<String> published = new ArrayList<>();
        compose.findValues("ports").forEach(list -> list.forEach(port -> published.add(port.asText())));
        assertThat(published)
                .allMatch(port -> port.startsWith("127.0.0.1:"))
                .contains("127.0.0.1:" + range + ":" + range);
        for (String port : ports) {
            assertThat(Files.readString(DOCKER.resolve("demo.py"))).containsPattern("(?i)port = " + port + "\\b");
        }
    }

    /** Prometheus and Grafana find the others by name, and finspect opens to them what they read, and no more. */
    @Test
    void prometheusFindsFinspectAndGrafanaFindsBoth() throws IOException {
        assertThat(yaml(DOCKER.resolve("prometheus.yml"))
                        .at("/scrape_configs/0/static_configs/0/targets/0")
                        .asText())
                .isEqualTo("finspect:9600");
        JsonNode admin = yaml(DOCKER.resolve("finspect.yaml")).at("/admin");
        assertThat(admin.at("/listen").asText()).isEqualTo("0.0.0.0:9600");
        assertThat(admin.at("/open").toString()).isEqualTo("[\"/metrics\",\"/healthz\",\"/readyz\"]");
        assertThat(admin.at("/token_file").asText()).startsWith("/tmp/");
        assertThat(compose.at("/services/finspect/ports").toString()).contains("\"127.0.0.1:9600:9600\"");
        assertThat(compose.at("/services").has("net")).isFalse();
        JsonNode grafana = compose.at("/services/grafana");
        assertThat(grafana.at("/environment/PROMETHEUS_URL").asText()).isEqualTo("http://prometheus:9090");
        String dashboards = yaml(Path.of("grafana", "provisioning", "dashboards", "finspect.yaml"))
                .at("/providers/0/options/path")
                .asText();
        assertThat(grafana.at("/volumes").toString()).contains("../grafana/dashboards:" + dashboards + ":ro");
        String home = grafana.at("/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                .asText();
        assertThat(home).startsWith(dashboards + "/");
        assertThat(Path.of("grafana", "dashboards", home.substring(dashboards.length() + 1)))
                .exists();
    }

    private static JsonNode yaml(Path file) throws IOException {
        Object document = new Load(
                        LoadSettings.builder().setLabel(file.toString()).build())
                .loadFromString(Files.readString(file));
        return JSON.valueToTree(document);
    }
}
