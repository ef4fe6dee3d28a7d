package dev.assay.demo;

import java.util.Set;
import java.util.SplittableRandom;

/** One of the demo's applications. One thread; what it says follows from the random alone. */
sealed interface DemoApp permits SupportChat, DocsAssistant, TravelAgent {
  /** Users of each application. */
  int USERS = 400;

  /** {@code service.name}. */
  String name();

  /** {@code service.version} of the new or of the old version. */
  String version(boolean newer);

  /** Whether its new version gets worse and is rolled back. */
  boolean rollsBack();

  Mix mix(boolean newer, boolean degraded);

  /** Who asks next. */
  Visit nextVisit(SplittableRandom random);

  Exchange answer(Visit visit, boolean newer, Set<Defect> defects, SplittableRandom random);

  /**
   * A user in a session.
   *
   * @param user in [0, {@link #USERS})
   */
  record Visit(int user, String sessionId) {
    static Visit first(SplittableRandom random) {
      return new Visit(random.nextInt(USERS), "sess-%08x".formatted(random.nextInt()));
    }

    String userId() {
      return "user-%03d".formatted(user);
    }
  }

  /** What was said, and the spans it left. */
  record Exchange(PlannedSpan root, String question, String answer) {}
}
