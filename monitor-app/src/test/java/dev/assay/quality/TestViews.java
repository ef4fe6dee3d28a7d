package dev.assay.quality;

import dev.assay.model.QualityWindow;

/** Lets tests of other packages fill a view, as {@link FollowQuality} would from the topic. */
public final class TestViews {
  private TestViews() {}

  public static void put(QualityView view, QualityWindow window, long atMillis) {
    view.accept(window, atMillis);
  }
}
