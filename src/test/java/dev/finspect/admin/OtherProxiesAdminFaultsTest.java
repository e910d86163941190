package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults for which the admin servers of other proxies have got a CVE number, tried here; threat-model.md lists them. */
final class OtherProxiesAdminFaultsTest {
    /** CVE-2018-14505 and CVE-2026-24853: a page whose own name leads to the loopback, also with a header that says otherwise. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Host: localhost",
                "X-Forwarded-Host: 127.0.0.1:9600",
                "X-Host: localhost",
                "X-Original-Host: localhost",
                "Forwarded: host=localhost",
                "X-Forwarded-For: 127.0.0.1",
                "X-Real-IP: 127.0.0.1",
                "Origin: http://localhost",
                "Referer: http://localhost/"
            })
    void noOtherHeaderStandsInForTheHost(String header) throws Exception {
        try (AdminHouse house = AdminHouse.open()) {
            for (String host :
                    new String[] {"rebound.example:9600", "localhost.", "127.1", "2130706433", "0x7f.0.0.1"}) {
                String answer = house.exchange("GET /api/v1/sessions HTTP/1.1\r\nHost: " + host + "\r\n" + header
                        + "\r\nConnection: close\r\n\r\n");
                assertThat(answer).as(host).startsWith("HTTP/1.1 403 ");
            }
        }
    }

    /** CVE-2026-42577: after a half-close an RST is not seen, and the connection stays for ever. */
    @Test
    void connectionsThatAreResetAfterTheirHalfCloseGo() throws Exception {
        int more = 3 * AdminLimits.DEFAULT.connections();
        try (AdminHouse house = AdminHouse.open()) {
            for (int i = 0; i < more; i++) {
                try (Socket client = house.connect()) {
                    client.getOutputStream()
                            .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
                    client.shutdownOutput();
                    client.setSoLinger(true, 0);
                }
            }
            assertThat(house.get("/healthz").statusCode()).isEqualTo(200);
        }
    }
}
