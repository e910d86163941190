package dev.finspect.lab.page;

import dev.finspect.lab.Await;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The system's Chromium without a window, steered by the system's driver. Needs {@code chromium} and {@code chromedriver}.
 * Elements come and go with the sessions that they show, so that scripts look and act in one step.
 */
public final class Browser implements AutoCloseable {
    private static final Duration GUARD = Duration.ofMinutes(3);
    private static final String AXE = script();

    private final ChromeDriver driver;

    /** Starts it. */
    public Browser() {
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Path.of(Programs.path("chromedriver")).toFile())
                .usingAnyFreePort()
                .withSilent(true)
                .build();
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Programs.path("chromium"));
        // As root Chromium has no sandbox; a container's shared memory may be small.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1280,900",
                "--force-device-scale-factor=1");
        options.setCapability("goog:loggingPrefs", logs);
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().pageLoadTimeout(GUARD).scriptTimeout(GUARD);
    }

    /** Loads a page. */
    public void open(URI address) {
        driver.get(address.toString());
    }

    /** Loads the same page again. */
    public void reload() {
        driver.navigate().refresh();
    }

    /** What a script returns, as text; {@code arguments[0]} and so on in it. */
    public String text(String script, Object... arguments) {
        return String.valueOf(driver.executeScript("return " + script, arguments));
    }

    /** Waits until a script returns a value that counts as true in JavaScript. */
    public void until(String what, String script, Object... arguments) {
        Await.until(
                () -> what + "\n" + text("document.body.innerText"),
                () -> Boolean.TRUE.equals(driver.executeScript("return Boolean(" + script + ")", arguments)));
    }

    /** Presses keys where the focus is. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Drops a file on an element, as from a folder's window. */
    public void drop(Path file, String selector) throws IOException {
        driver.executeScript(
                "const bytes = Uint8Array.from(atob(arguments[0]), each => each.charCodeAt(0));"
                        + "const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File([bytes], arguments[1]));"
                        + "for (const name of ['dragenter', 'dragover', 'drop']) {"
                        + " document.querySelector(arguments[2]).dispatchEvent("
                        + "new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer})); }",
                Base64.getEncoder().encodeToString(Files.readAllBytes(file)),
                String.valueOf(file.getFileName()),
                selector);
    }

    /** Writes into the field that has the focus, and presses Enter. */
    public void enter(String words) {
        press(words, Keys.ENTER);
    }

    /** What axe-core finds wrong for people who see or use the page otherwise, a sentence each. */
    public List<?> barriers() {
        return barriers("html");
    }

    /** The same of one part of the page. */
    public List<?> barriers(String selector) {
        if (!Boolean.TRUE.equals(driver.executeScript("return Boolean(window.axe)"))) {
            driver.executeScript(AXE);
        }
        Object found = driver.executeAsyncScript(
                "const done = arguments[arguments.length - 1];"
                        + "axe.run(arguments[0], {resultTypes: ['violations']}).then(result => done(result.violations"
                        + ".map(each => each.id + ': ' + each.help + ': '"
                        + " + each.nodes.map(node => node.html).join(' and '))))",
                selector);
        return (List<?>) Objects.requireNonNull(found);
    }

    /** A picture of what is seen, as PNG. */
    public byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /** Warnings and errors of the console since the last call, such as a breach of the page's policy. */
    public List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    private static String script() {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
