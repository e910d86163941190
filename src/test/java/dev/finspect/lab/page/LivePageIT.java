package dev.finspect.lab.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.read.SyntheticCapture;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.EchoService;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.ProxyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/**
 * The live page of {@code finspect demo}, and of a finspect with many sessions, in a browser that all tests share.
 * {@code mvn verify -Dit.test=LivePageIT -Dfinspect.rewrite=true} takes the pictures of the documentation anew.
 */
@NeedsPrograms({"chromium", "chromedriver"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
final class LivePageIT {
    private static final int SESSIONS = 1_000;
    private static final int MOST_ROWS = 100;
    private static final Path IMAGES = Path.of("src", "site", "resources", "images");
    private static final Pattern ADMIN = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+)/api/v1/sessions");
    private static final List<String> VIEWS =
            List.of("explain", "ladder", "states", "throughput", "learn", "compare", "raw", "export");
    /** Views of which the documentation has pictures. */
    private static final List<String> PICTURES = List.of("list", "ladder", "learn", "compare");

    private static final String ROWS = "document.querySelectorAll('tr.session').length";
    private static final String LIVE = "document.querySelector('.state')?.textContent === 'live'";

    private final LabFolder folder;
    private final Background demo;
    private final Browser browser;
    private final String page;

    LivePageIT() throws IOException {
        folder = new LabFolder();
        demo = Background.start(folder.path("demo.log"), FinspectProgram.command("demo", "--seconds", "900"));
        Await.until(() -> "the demo does not start\n" + demo.output(), () -> admin().find());
        Matcher admin = admin();
        assertThat(admin.find()).isTrue();
        page = admin.group(1);
        browser = new Browser();
    }

    private Matcher admin() {
        return ADMIN.matcher(demo.output());
    }

    @AfterAll
    void end() throws IOException {
        browser.close();
        demo.close();
        folder.close();
    }

    @AfterEach
    void theBrowserReportsNoError() {
        assertThat(browser.errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "never-answers, upstream-silent, upstream-silent",
        "never-closes, upstream-not-closing, upstream-not-closing",
        "never-reads, upstream-not-reading, upstream-not-reading",
        "refuses, connect-refused, connect-refused",
        "resets, reset, unexplained-end"
    })
    void twoClicksLeadFromThePageToTheCulprit(String route, String word, String finding) {
        open("/");
        clickSession(route, word);
        browser.until(
                "no explanation of " + finding,
                "[...document.querySelectorAll('.panel .finding')].some(each =>"
                        + " each.querySelector('code').textContent === arguments[0]"
                        + " && each.querySelector('.sentence').textContent.length > 20)",
                finding);
        browser.until("no party to blame", "document.querySelector('.panel .meta b').textContent");
    }

    @Test
    void aHangIsOnThePageWhileItLastsWithWhoOwesTheNextStep() {
        open("/#show=hung");
        browser.until(
                "no hang",
                "[...document.querySelectorAll('tr.session.hung')].some(row =>"
                        + " row.querySelector('.route').textContent === 'never-closes'"
                        + " && row.querySelector('.owes').textContent.startsWith('the upstream owes'))");
        browser.until("no count of hangs", "Number(document.querySelector('.count.hung b').textContent) > 0");
    }

    @Test
    void anExplanationShowsWhatWasRuledOutAndBecauseOfWhat() {
        open("/");
        clickSession("never-closes", "upstream-not-closing");
        browser.until(
                "nothing ruled out",
                "[...document.querySelectorAll('.ruled-out li')].some(each =>"
                        + " each.textContent.includes('its FIN is lost: ')"
                        + " && each.textContent.includes('CLOSE-WAIT'))");
        browser.until("no command to copy", "document.querySelector('.commands code').textContent.length > 5");
    }

    @Test
    void aClickOnEvidenceMarksItsLineOfTheLadder() {
        open("/");
        clickSession("never-closes", "upstream-not-closing");
        browser.until(
                "no evidence with a time",
                "(() => { const link = document.querySelector('.evidence a'); link?.click(); return link; })()");
        browser.until("no line is marked", "document.querySelectorAll('svg.ladder .marked').length === 1");
        browser.until("no table has the same", "document.querySelectorAll('details tr.marked').length === 1");
    }

    @Test
    void theFilterStandsInTheAddress() {
        open("/");
        browser.press("/");
        browser.until("no focus in the filter", "document.activeElement?.id === 'filter'");
        browser.enter("route:resets");
        browser.until("no filter in the address", "location.hash === '#filter=route%3Aresets'");
        browser.reload();
        browser.until("the field is empty", "document.querySelector('#filter')?.value === 'route:resets'");
        browser.until(
                "other routes are shown",
                ROWS + " > 0 && [...document.querySelectorAll('tr.session .route')]"
                        + ".every(each => each.textContent === 'resets')");
    }

    @Test
    void aFilterThatCannotBeReadIsExplained() {
        open("/#filter=prot%3A1");
        browser.until("no refusal", "document.querySelector('#notice.refused')?.textContent.includes('prot:')");
        assertThat(browser.errors()).singleElement().asString().contains("400");
    }

    @Test
    void keysMoveOpenAndClose() {
        open("/");
        browser.until("no session", ROWS + " > 2");
        browser.press("j");
        browser.until("no session is chosen", "document.querySelector('tr.session.current')");
        browser.press("j", Keys.ENTER);
        browser.until(
                "no session is open", "document.querySelector('session-view') && location.hash.includes('session=')");
        browser.press(Keys.ESCAPE);
        browser.until("the session stays open", "!document.querySelector('session-view')");
        browser.press("?");
        browser.until("no help", "document.querySelector('dialog').open");
        browser.press(Keys.ESCAPE);
        browser.until("the help stays", "!document.querySelector('dialog').open");
    }

    @Test
    void aPausedPageSaysSoAndGoesOnFromThere() {
        open("/");
        browser.press("p");
        browser.until("it does not say so", "document.querySelector('.state').textContent === 'paused'");
        browser.press("p");
        browser.until("it does not go on", LIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void nothingBarsPeopleWhoSeeOrUseThePageOtherwise(String theme) throws IOException {
        open("/");
        theme(theme);
        clickSession("never-closes", "upstream-not-closing");
        for (String view : VIEWS) {
            browser.text("document.querySelector('#tab-" + view + "').click()");
            browser.until(
                    "no view " + view,
                    "document.querySelector('.panel." + view + "')?.children.length > 0"
                            + " && !document.querySelector('.panel').textContent.includes('Reads the')");
            if (view.equals("compare")) {
                browser.until("no other session", "document.querySelector('compare-view select').options.length > 1");
                browser.text("(() => { const select = document.querySelector('compare-view select');"
                        + " select.selectedIndex = 1; select.dispatchEvent(new Event('change')); })()");
                browser.until("no comparison", "document.querySelector('table.compare')");
            }
            // What is beside the view is the same for each.
            assertThat(browser.barriers(view.equals(VIEWS.get(0)) ? "html" : "article"))
                    .as(view + ", " + theme)
                    .isEmpty();
            keep(view + "-" + theme);
        }
        browser.press(Keys.ESCAPE);
        browser.until("the session stays open", "!document.querySelector('session-view')");
        assertThat(browser.barriers()).as("list, " + theme).isEmpty();
        browser.until("no hang", "document.querySelector('tr.session.hung')");
        keep("list-" + theme);
        browser.press("?");
        assertThat(browser.barriers("dialog")).as("help, " + theme).isEmpty();
    }

    @Test
    void aCaptureFileThatIsDroppedIsShownInTheSameViewsUntilThePageGoesBack() throws IOException {
        Path file = folder.path("some.pcap");
        SyntheticCapture.write(file, 30);
        open("/");
        browser.drop(file, "main");
        browser.until("it is not shown", "document.querySelector('.state').textContent === 'file'");
        browser.until("not all are shown", ROWS + " === 30");
        browser.until("no word of it", "document.querySelector('#notice').textContent.includes('30 connections')");
        browser.text("document.querySelector('tr.session a').click()");
        browser.until("no explanation", "document.querySelector('.panel .sentence')");
        browser.text("document.querySelector('#tab-ladder').click()");
        browser.until("no ladder", "document.querySelector('svg.ladder')?.textContent.includes('SYN isn 1000')");
        assertThat(browser.barriers()).isEmpty();
        browser.text("document.querySelector('#tab-export').click()");
        browser.until("no text", "document.querySelector('pre.chat')?.textContent.includes('originator')");
        browser.press(Keys.ESCAPE);
        browser.text(
                "[...document.querySelectorAll('header button')].find(each => each.textContent === 'Back to live').click()");
        browser.until("it does not go back", LIVE + " && !document.querySelector('#notice').textContent.trim()");
        browser.until("no session", "document.querySelector('tr.session .route')");
    }

    @Test
    void aFilterThatChangesWhileAFileIsReadHoldsForTheFile() throws IOException {
        Path file = folder.path("other.pcap");
        SyntheticCapture.write(file, 30);
        open("/");
        holdAnswers();
        browser.drop(file, "main");
        browser.until("it is not being read", "window.held.length === 1");
        browser.text("location.hash = '#filter=port:1'");
        browser.until("the filter is not taken", "document.querySelector('#filter')?.value === 'port:1'");
        letAnswersGo();
        browser.until("it is not shown", "document.querySelector('.state').textContent === 'file'");
        browser.until("the filter does not hold", ROWS + " === 0");
    }

    @Test
    void theReadingOfAFileEndsByItsButtonAndByTheNextFile() throws IOException {
        Path large = folder.path("large.pcap");
        SyntheticCapture.write(large, 30);
        Path next = folder.path("next.pcap");
        SyntheticCapture.write(next, 3);
        open("/");
        holdAnswers();
        browser.drop(large, "main");
        browser.until("it is not being read", "window.held.length === 1");
        browser.text("[...document.querySelectorAll('#notice button')].find(b => b.textContent === 'Stop').click()");
        browser.until("it is still on its way", "window.asked[0].signal.aborted");
        browser.until("the notice stays", "document.querySelector('#notice').textContent.trim() === ''");
        letAnswersGo();
        holdAnswers();
        browser.drop(large, "main");
        browser.until("it is not being read", "window.held.length === 1");
        browser.drop(next, "main");
        browser.until("the first is still on its way", "window.asked[0].signal.aborted");
        letAnswersGo();
        browser.until("it is not shown", "document.querySelector('.state').textContent === 'file'");
        browser.until("another is shown", "document.querySelector('#notice b')?.textContent === 'next.pcap'");
    }

    @Test
    void aPauseWhileThePageIsFilledLosesNothingOfIt() throws IOException {
        try (LabFolder own = new LabFolder();
                EchoService service = new EchoService();
                ProxyProcess finspect = ProxyProcess.start(own, "nio", service.port())) {
            new Socket(InetAddress.getLoopbackAddress(), finspect.port()).close();
            browser.open(finspect.admin("/"));
            browser.until(
                    "the session has not ended", "document.querySelector('.count.closed b')?.textContent === '1'");
            holdAnswers();
            browser.text("location.hash = '#filter=port:" + finspect.port() + "'");
            browser.until("nothing is read", "window.held.length === 1");
            browser.press("p");
            browser.until("it does not say so", "document.querySelector('.state').textContent === 'paused'");
            letAnswersGo();
            browser.press("p");
            browser.until("the session is lost", ROWS + " === 1");
            browser.open(URI.create("about:blank"));
        }
    }

    /** From now on what the page reads arrives only when it is let go. */
    private void holdAnswers() {
        browser.text(
                "(() => { const read = window.fetch; window.held = [];"
                        + " window.asked = [];"
                        + " window.fetch = (...request) => new Promise(go =>"
                        + " window.asked.push(request[1] ?? {}) && window.held.push(() => { window.fetch = read; go(read(...request)); })); })()");
    }

    private void letAnswersGo() {
        browser.text("window.held.forEach(go => go())");
    }

    @Test
    void whatIsNoCaptureFileIsRefusedAndThePageStaysLive() throws IOException {
        Path file = Files.writeString(folder.path("none.pcap"), "no packets");
        open("/");
        browser.drop(file, "main");
        browser.until(
                "it does not say why",
                "document.querySelector('#notice.refused')?.textContent.includes('no packet can be read')");
        browser.until("it is not live", LIVE);
        assertThat(browser.errors()).singleElement().asString().contains("400");
    }

    @Test
    void ofManySessionsAHundredAtMostAreInTheDocument() throws IOException {
        List<Socket> clients = new ArrayList<>();
        try (LabFolder own = new LabFolder();
                EchoService service = new EchoService();
                ProxyProcess finspect = ProxyProcess.start(own, "nio", service.port())) {
            for (int i = 0; i < SESSIONS; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), finspect.port());
                clients.add(client);
                client.getOutputStream().write(1);
            }
            for (Socket client : clients) {
                assertThat(client.getInputStream().read()).isEqualTo(1);
            }
            browser.open(finspect.admin("/"));
            browser.until(
                    "not all are counted",
                    "document.querySelector('.count.open b')?.textContent === '" + SESSIONS + "'");
            int rows = Integer.parseInt(browser.text(ROWS));
            assertThat(rows).isBetween(10, MOST_ROWS);
            browser.text("document.querySelector('.scroller').scrollTop = 1e9");
            browser.until(
                    "the last is not shown",
                    "[...document.querySelectorAll('tr.session')].at(-1).ariaRowIndex === '" + (SESSIONS + 1) + "'");
            assertThat(Integer.parseInt(browser.text(ROWS))).isBetween(10, MOST_ROWS);
            browser.text("document.querySelector('.scroller').scrollTop = 0");
            browser.text("location.hash = '#group=client'");
            browser.until(
                    "no group with all of them",
                    "document.querySelector('tr.group')?.textContent.includes('" + SESSIONS + " sessions')");
            // Of a finspect that ends, the browser reports what it cannot reach.
            browser.open(URI.create("about:blank"));
            // Otherwise finspect waits for them when it ends.
            close(clients);
        } finally {
            close(clients);
        }
    }

    @Test
    void aSessionThatComesLaterCanBeChosenForTheComparison() throws IOException {
        try (LabFolder own = new LabFolder();
                EchoService service = new EchoService();
                ProxyProcess finspect = ProxyProcess.start(own, "nio", service.port());
                Socket one = new Socket(InetAddress.getLoopbackAddress(), finspect.port())) {
            browser.open(finspect.admin("/"));
            browser.until("no session", ROWS + " === 1");
            browser.text("document.querySelector('tr.session a').click()");
            browser.until("no session is open", "document.querySelector('session-view')");
            browser.text("location.hash += '&view=compare'");
            browser.until(
                    "it does not say so", "document.querySelector('.panel').textContent.includes('No other session')");
            try (Socket other = new Socket(InetAddress.getLoopbackAddress(), finspect.port())) {
                browser.until("no other session", "document.querySelector('compare-view select').options.length === 2");
                assertThat(other.isConnected()).isTrue();
            }
            assertThat(one.isConnected()).isTrue();
            browser.open(URI.create("about:blank"));
        }
    }

    private static void close(List<Socket> clients) throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private void open(String path) {
        browser.open(URI.create("about:blank"));
        browser.open(URI.create(page + path));
        if (!path.contains("prot")) {
            browser.until("the page does not come to life", LIVE);
        }
    }

    private void theme(String theme) {
        browser.text("(() => { const select = document.querySelector('header select'); select.value = '" + theme + "';"
                + " select.dispatchEvent(new Event('change')); })()");
        browser.until("no theme", "document.documentElement.dataset.theme === '" + theme + "'");
    }

    /** The one click that opens a session of the route with this finding or outcome, as soon as there is one. */
    private void clickSession(String route, String word) {
        browser.until(
                "no session of " + route + " with " + word,
                "(() => { const row = [...document.querySelectorAll('tr.session')].find(row =>"
                        + " row.querySelector('.route').textContent === '" + route + "'"
                        + " && row.querySelector('.finding').textContent === '" + word + "');"
                        + " row?.querySelector('a').click(); return row; })()");
    }

    /** Takes the picture anew, where the documentation has one of this name and pictures are wanted. */
    private void keep(String name) throws IOException {
        if (Boolean.getBoolean("finspect.rewrite") && PICTURES.stream().anyMatch(name::startsWith)) {
            Files.write(IMAGES.resolve("page-" + name + ".png"), SmallPng.of(browser.picture()));
        }
    }
}
