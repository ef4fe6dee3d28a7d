package dev.assay.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in a real browser: they work, fit, and stay inert. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesIT {
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--headless",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");
  private static final Path SHOTS = Path.of("target", "screenshots");

  private Playwright playwright;
  private Browser browser;
  private ApiFixture app;

  /** What the page complained about: refused by the policy, thrown, failed to load. */
  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  void startBrowser() {
    var chromium = chromium();
    assumeTrue(
        chromium.isPresent(),
        "skipped: no Chromium found; apt-get install chromium, or set ASSAY_CHROMIUM to its path");
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions().setExecutablePath(chromium.get()).setArgs(FLAGS));
  }

  private static Optional<Path> chromium() {
    var given = System.getenv("ASSAY_CHROMIUM");
    return (given == null
            ? List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            : List.of(given))
        .stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }

  @AfterAll
  void stopBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void start() {
    app = new ApiFixture();
    complaints.clear();
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.contexts().forEach(BrowserContext::close);
    }
    app.close();
  }

  private Page open(String path, int width, ColorScheme colours) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, 900)
                .setDeviceScaleFactor(2)
                .setColorScheme(colours));
    var page = context.newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") || message.type().equals("warning")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
    page.onDialog(dialog -> {
      complaints.add("dialog: " + dialog.message());
      dialog.dismiss();
    });
    page.onRequest(request -> {
      if (!request.url().startsWith(app.url("/"))) {
        complaints.add("request to " + request.url());
      }
    });
    page.navigate(app.url(path));
    page.waitForLoadState(LoadState.NETWORKIDLE);
    return page;
  }

  private void shoot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SHOTS.resolve(name + ".png")).setFullPage(true));
  }

  @Test
  void leadsFromTheOverviewToTheSpansOfAFailingTrace() {
    DemoScene.put(app);
    var page = open("/", 1280, ColorScheme.LIGHT);

    assertThat(page.locator(".attention").textContent()).contains("support-chat · grounded");
    assertThat(page.locator(".spark canvas").count()).isEqualTo(page.locator(".spark").count());

    page.locator(".failing a").first().click();
    page.waitForURL(app.url("/traces/" + DemoScene.FAILING_TRACE));
    assertThat(page.locator(".verdicts li.bad").first().textContent())
        .contains("14 days", "simulated judge");
    page.locator(".span summary", new Page.LocatorOptions().setHasText("retrieve policy")).click();
    assertThat(page.locator(".span[open] .documents").first().textContent())
        .contains("refunded within 14 days");
    shoot(page, "trace-open-1280");
    assertThat(complaints).isEmpty();
  }

  @Test
  void aScorerShowsItsVersionsOverTime() {
    DemoScene.put(app);
    var page = open("/", 1280, ColorScheme.LIGHT);

    page.locator(".quality th a").first().click();
    page.waitForURL("**/scorers/**");
    page.waitForSelector(".chart canvas");

    assertThat(page.locator(".chart canvas").count()).isEqualTo(3);
    assertThat(page.locator(".u-legend").nth(1).textContent()).contains("1.4.2", "1.5.0");
    assertThat(complaints).isEmpty();
  }

  @Test
  void theOverviewRefreshesItselfWithoutLosingItsCharts() {
    DemoScene.put(app);
    var page = open("/", 1280, ColorScheme.LIGHT);
    page.evaluate("document.querySelector('.spark canvas').dataset.kept = 'yes'");
    app.scorers.removeIf(spec -> spec.name().equals("tone"));

    page.waitForCondition(
        () -> !page.locator(".attention").textContent().contains("Scorer paused"),
        new Page.WaitForConditionOptions().setTimeout(15_000));
    page.waitForLoadState(LoadState.NETWORKIDLE);

    assertThat(page.locator(".spark canvas").count()).isEqualTo(page.locator(".spark").count());
    page.locator("#live-toggle").click();
    assertThat(page.locator("#live-toggle").textContent()).isEqualTo("Paused");
    assertThat(complaints).isEmpty();
  }

  @Test
  void saysSoWhenTheConnectionIsLost() {
    DemoScene.put(app);
    var page = open("/", 1280, ColorScheme.LIGHT);

    page.context().setOffline(true);

    page.waitForCondition(
        () -> page.locator("#live-toggle").textContent().equals("No connection"),
        new Page.WaitForConditionOptions().setTimeout(15_000));
    assertThat(page.locator(".app").count()).isEqualTo(3);
  }

  @Test
  void canBeUsedWithTheKeyboardAlone() {
    DemoScene.put(app);
    var page = open("/", 1280, ColorScheme.LIGHT);

    page.keyboard().press("Tab");
    assertThat(page.evaluate("document.activeElement.className")).isEqualTo("skip");
    page.keyboard().press("Enter");
    page.keyboard().press("Tab");
    assertThat(page.evaluate("document.activeElement.id")).isEqualTo("live-toggle");

    page.navigate(app.url("/traces/" + DemoScene.FAILING_TRACE));
    page.locator(".span summary").nth(2).focus();
    page.keyboard().press("Enter");
    assertThat(page.locator(".span[open]").count()).isEqualTo(1);
    assertThat(complaints).isEmpty();
  }

  /** No page is wider than its window, at any of the widths people have. */
  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "1280,DARK", "390,LIGHT", "390,DARK", "820,LIGHT"})
  void fitsTheWindow(int width, ColorScheme colours) {
    DemoScene.put(app);
    for (var path :
        List.of(
            "/",
            "/scorers",
            "/scorers/grounded",
            "/traces",
            "/traces?show=failing",
            "/traces/" + DemoScene.FAILING_TRACE,
            "/traces/2b9d0c6ea1f34c7d9b85e4f3a2d17c60")) {
      var page = open(path, width, colours);

      var name = path.equals("/") ? "overview" : path.substring(1).replaceAll("[/?=]", "-");
      shoot(page, "%s-%d-%s".formatted(name, width, colours.name().toLowerCase(Locale.ROOT)));
      assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
          .as(path)
          .isLessThanOrEqualTo(width);
      page.context().close();
    }
    assertThat(complaints).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "390,DARK"})
  void welcomesANewUser(int width, ColorScheme colours) {
    var page = open("/", width, colours);

    shoot(page, "welcome-%d-%s".formatted(width, colours.name().toLowerCase(Locale.ROOT)));
    assertThat(page.locator(".welcome").textContent()).contains("http://localhost:4318");
    assertThat(complaints).isEmpty();
  }

  @Test
  void runsNothingAStrangerWrote() {
    int i = 0;
    for (var payload : XssCorpus.PAYLOADS) {
      PagesTest.hostile(app, "tr-" + i++, payload);
    }
    var paths =
        new ArrayList<>(List.of("/", "/traces", "/traces?show=failing", "/scorers/refusal"));
    for (int id = 0; id < i; id++) {
      paths.add("/traces/tr-" + id);
    }
    var page = open("/scorers", 1280, ColorScheme.LIGHT);
    for (var path : paths) {
      page.navigate(app.url(path));
      page.waitForLoadState(LoadState.LOAD);
      page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })");
      page.evaluate(
          "document.querySelectorAll('main *').forEach(e => { for (const t of ['mouseover',"
              + " 'click', 'focus', 'toggle']) e.dispatchEvent(new Event(t)) })");
      assertThat(page.url()).as(path).isEqualTo(app.url(path));
    }
    page.navigate(app.url("/"));
    page.waitForLoadState(LoadState.NETWORKIDLE);
    assertThat(complaints).isEmpty();
  }
}
