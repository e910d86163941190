package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.admin.feed.EventFeed;
import dev.finspect.fixture.SampleSession;
import dev.finspect.lab.Await;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.page.Browser;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The live page where finspect refuses something, permits a change, or ends. */
@NeedsPrograms({"chromium", "chromedriver"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class PageRightsIT {
    private final Browser browser = new Browser();
    private AdminHouse house = AdminHouse.open();

    @AfterEach
    void nextHouse() {
        browser.open(URI.create("about:blank"));
        house.close();
        house = AdminHouse.open();
    }

    @AfterAll
    void end() {
        browser.close();
        house.close();
    }

    @Test
    void whoMayNotReadIsToldWhatToDoAndALinkLetsTheBrowserIn() {
        house.trusted = false;
        open("/");
        browser.until("nothing is said", "document.querySelector('#notice')?.textContent.includes('finspect open')");
        browser.until("it looks current", "document.querySelector('.state').textContent === 'not admitted'");
        open(house.browserLink());
        browser.until("it is not let in", "document.querySelector('.state')?.textContent === 'live'");
        browser.until("it is not at the page", "location.pathname === '/'");
    }

    @Test
    void aLinkForChangesClosesASessionAfterAQuestionAndStaysNowhere() throws IOException, InterruptedException {
        house.sessions.living.add(SampleSession.living("AB1", "<b>db</b>"));
        open("/#session=AB1");
        browser.until("no session", "document.querySelector('session-view .head')?.textContent.includes('<b>db</b>')");
        browser.until("it offers what it may not do", "!document.querySelector('close-dialog')");

        String links = house.post("/api/v1/links?act=true", "Authorization", "Bearer " + house.token())
                .body();
        open(new ObjectMapper().readTree(links).get("link").asText());
        browser.until("the secret stays in the address", "location.pathname === '/' && !location.hash.includes('act')");
        browser.text("location.hash = '#session=AB1'");
        browser.until(
                "it does not ask",
                "(() => { const act = document.querySelector('close-dialog > button');"
                        + " act?.click(); return document.querySelector('close-dialog dialog')?.open; })()");
        assertThat(house.sessions.closings).isEmpty();
        browser.text("[...document.querySelectorAll('close-dialog dialog button')]"
                + ".find(each => each.textContent.startsWith('Reset')).click()");
        browser.until("it does not say so", "document.querySelector('close-dialog').textContent.includes('are reset')");
        Await.until(() -> "it is not closed", () -> house.sessions.closings.contains("AB1 reset"));
    }

    @Test
    void aPageWhoseStreamIsRefusedSaysWhyAndComesToLifeWhenThereIsRoom() throws IOException {
        List<Socket> streams = new ArrayList<>();
        for (int i = 0; i < EventFeed.MOST_STREAMS; i++) {
            Socket stream = house.connect();
            streams.add(stream);
            stream.getOutputStream()
                    .write("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(stream.getInputStream().read()).isEqualTo('H');
        }
        open("/");
        browser.until("it does not say why", "document.querySelector('#notice')?.textContent.includes('live streams')");
        browser.until("it looks current", "document.querySelector('.state').textContent === 'reconnecting'");
        for (Socket stream : streams) {
            stream.close();
        }
        browser.until("it does not come to life", "document.querySelector('.state').textContent === 'live'");
    }

    @Test
    void aPageWhoseFinspectEndsKeepsWhatItHasAndSaysThatItMayBeOld() {
        house.sessions.living.add(SampleSession.living("AB1", "db"));
        open("/");
        browser.until("no session", "document.querySelector('tr.session')");
        house.close();
        browser.until("it looks current", "document.querySelector('.state').textContent === 'reconnecting'");
        browser.until("it forgets the session", "document.querySelector('tr.session')");
    }

    private void open(String path) {
        browser.open(URI.create("http://127.0.0.1:" + house.port() + path));
    }
}
