package dev.assay.demo;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The traces of the demo, one after another, for ever: a function of seed, rate and schedule, and
 * of nothing else. One thread.
 */
final class TrafficSequence {
  private static final long NANOS = 1_000_000_000L;

  private final SupportChat supportChat = new SupportChat();
  private final DocsAssistant docsAssistant = new DocsAssistant();
  private final TravelAgent travelAgent = new TravelAgent();
  private final SplittableRandom random;
  private final double rate;
  private final Schedule schedule;
  private long sent;

  /**
   * @param rate traces a second, > 0
   */
  TrafficSequence(long seed, double rate, Schedule schedule) {
    this.random = new SplittableRandom(seed);
    this.rate = rate;
    this.schedule = schedule;
  }

  /** When the next trace is due, after the start. */
  Duration due() {
    return Duration.ofNanos((long) (sent / rate * NANOS));
  }

  PlannedTrace next() {
    var phase = schedule.at(due());
    var app = nextApp();
    var visit = app.nextVisit(random);
    // a user stays on one version while a phase lasts
    boolean newer = visit.user() < phase.newVersionShare(app.rollsBack()) * DemoApp.USERS;
    var defects = app.mix(newer, phase.isDegraded()).draw(random);
    var exchange = app.answer(visit, newer, defects, random);
    sent++;
    return new PlannedTrace(
        app.name(),
        app.version(newer),
        phase,
        exchange.root(),
        exchange.question(),
        exchange.answer(),
        defects);
  }

  private DemoApp nextApp() {
    double u = random.nextDouble();
    return u < 0.5 ? supportChat : u < 0.8 ? docsAssistant : travelAgent;
  }
}
