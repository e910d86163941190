package dev.finspect.lab.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.NeedsPrograms;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The pictures of the dashboards in the documentation, drawn from what a real Prometheus answers after it has scraped
 * {@code finspect demo} for some minutes. {@code mvn verify -Dit.test=RenderingsIT -Dfinspect.rewrite=true} draws them anew.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "prometheus", "prlimit"},
        root = true)
final class RenderingsIT {
    private static final Path IMAGES = Path.of("src", "site", "resources", "images");
    private static final Duration WATCHED = Duration.ofSeconds(150);
    private static final int COLUMN_PIXELS = 50;
    private static final int ROW_PIXELS = 30;
    private static final int HEAD_PIXELS = 26;
    private static final int GAP_PIXELS = 4;

    @Test
    void everyDashboardHasAPicture() throws Exception {
        if (Boolean.getBoolean("finspect.rewrite")) {
            try (Watched watched = new Watched()) {
                LockSupport.parkNanos(WATCHED.toNanos());
                long end = whenSomethingHung(watched);
                Files.createDirectories(IMAGES);
                for (String dashboard : DashboardQueries.dashboards()) {
                    ImageIO.write(
                            drawn(dashboard, watched, end),
                            "png",
                            IMAGES.resolve(file(dashboard)).toFile());
                }
            }
        }
        String page = Files.readString(Path.of("src", "site", "markdown", "dashboards.md"));
        for (String dashboard : DashboardQueries.dashboards()) {
            assertThat(page).contains("(../resources/images/" + file(dashboard) + ")");
            BufferedImage image = ImageIO.read(IMAGES.resolve(file(dashboard)).toFile());
            assertThat(image.getWidth()).isEqualTo(24 * COLUMN_PIXELS);
            assertThat(image.getHeight())
                    .as("a panel has come or gone: draw " + dashboard + " anew")
                    .isEqualTo(HEAD_PIXELS + ROW_PIXELS * rows(Panel.of(dashboard)));
        }
    }

    private static String file(String dashboard) {
        return "dashboard-" + dashboard + ".png";
    }

    private static int rows(List<Panel> panels) {
        return panels.stream()
                .mapToInt(panel -> panel.place().y + panel.place().height)
                .max()
                .orElseThrow();
    }

    /** The last moment at which there was something to show of that, Unix time: all pictures end there. */
    private static long whenSomethingHung(Watched watched) {
        long now = Instant.now().getEpochSecond();
        return Series.of(watched.range("sum(finspect_sessions_hung) > 1", WATCHED, now), "").stream()
                .flatMap(each -> each.atSeconds().stream())
                .mapToLong(at -> at)
                .max()
                .orElse(now);
    }

    private static BufferedImage drawn(String dashboard, Watched watched, long end) throws IOException {
        List<Panel> panels = Panel.of(dashboard);
        BufferedImage image = new BufferedImage(
                24 * COLUMN_PIXELS, HEAD_PIXELS + ROW_PIXELS * rows(panels), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(new Color(0xf4, 0xf5, 0xf5));
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        g.setColor(Color.DARK_GRAY);
        g.setFont(new Font("DejaVu Sans", Font.ITALIC, 13));
        g.drawString(dashboard + ": a rendering from a Prometheus's data, not a screenshot of Grafana", 8, 18);
        PanelPainter painter = new PanelPainter(g);
        for (Panel panel : panels) {
            List<Series> series = new ArrayList<>();
            for (Panel.Target target : panel.targets()) {
                series.addAll(Series.of(watched.range(target.expression(), WATCHED, end), target.legend()));
            }
            Rectangle grid = panel.place();
            painter.paint(
                    panel,
                    series,
                    new Rectangle(
                            grid.x * COLUMN_PIXELS + GAP_PIXELS / 2,
                            HEAD_PIXELS + grid.y * ROW_PIXELS + GAP_PIXELS / 2,
                            grid.width * COLUMN_PIXELS - GAP_PIXELS,
                            grid.height * ROW_PIXELS - GAP_PIXELS));
        }
        g.dispose();
        return image;
    }
}
