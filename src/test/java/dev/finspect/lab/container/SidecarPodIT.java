package dev.finspect.lab.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.ProxyProcess;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Sockets;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The network of the sidecar's pod, without the cluster: the rules that its init container applies and the configuration
 * that its finspect has bring what is bound for the service's port to finspect, and on to the service.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class SidecarPodIT {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatComesToTheServicesPortPassesFinspect(boolean v6) throws Exception {
        int port =
                KubernetesFiles.container("orders").at("/ports/0/containerPort").asInt();
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ServerSocket service = Sockets.listen(hosts.middle(), new InetSocketAddress(0).getAddress(), port)) {
            Program.of(hosts.middle().command(FinspectProgram.command(arguments("finspect-rules"))))
                    .succeed();
            String configuration = KubernetesFiles.sidecar("ConfigMap")
                    .at("/data/finspect.yaml")
                    .asText()
                    .replace("/tmp/admin-token", folder.path("admin-token").toString());
            try (ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration)) {
                InetSocketAddress pod = new InetSocketAddress(hosts.middleAddress(v6), port);
                try (Socket client = Sockets.connect(hosts.client(), pod);
                        Socket served = service.accept()) {
                    client.getOutputStream().write(7);
                    client.shutdownOutput();
                    assertThat(served.getInputStream().readAllBytes()).containsExactly(7);
                    served.getOutputStream().write(8);
                    served.shutdownOutput();
                    assertThat(client.getInputStream().readAllBytes()).containsExactly(8);
                }
                JsonNode session = proxy.stop().allClean().allDelivered().only();
                assertThat(session.at("/route").asText()).isEqualTo("orders");
                assertThat(session.at("/original_destination").asText()).endsWith(":" + port);
            }
        }
    }

    private static String[] arguments(String container) throws Exception {
        List<String> words = new ArrayList<>();
        KubernetesFiles.container(container).at("/args").forEach(word -> words.add(word.asText()));
        assertThat(words).isNotEmpty();
        return words.toArray(String[]::new);
    }
}
