package dev.assay.scoring;

import java.util.List;

/** Plugins that cannot be used. The message names each jar and what is wrong with it. */
public final class InvalidPluginException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidPluginException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
