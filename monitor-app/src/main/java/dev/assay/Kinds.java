package dev.assay;

import dev.assay.judging.JudgeListener;
import dev.assay.judging.Judges;
import dev.assay.judging.ModelConfig;
import dev.assay.judging.Models;
import dev.assay.model.ScorerSpec;
import dev.assay.registry.InvalidScorersException;
import dev.assay.registry.ScorersFile;
import dev.assay.scoring.BuiltInScorers;
import dev.assay.scoring.InvalidPluginException;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.PluginFolder;
import dev.assay.scoring.ScorerFactory;
import dev.assay.scoring.Scorers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of scorer an instance knows: built in, judges, plugins. */
final class Kinds {
  private Kinds() {}

  /** All but plugins. */
  static Scorers own(ModelConfig models, JudgeListener listener) {
    return new Scorers(factories(models, listener));
  }

  /**
   * All of them.
   *
   * @param plugins folder of jars, or none
   * @throws InvalidPluginException if a jar cannot be used, with its name
   */
  static Scorers all(ModelConfig models, JudgeListener listener, @Nullable Path plugins)
      throws IOException, InvalidPluginException {
    var factories = factories(models, listener);
    if (plugins != null) {
      factories.addAll(PluginFolder.load(plugins));
    }
    return new Scorers(factories);
  }

  private static List<ScorerFactory> factories(ModelConfig models, JudgeListener listener) {
    var factories = new ArrayList<ScorerFactory>(BuiltInScorers.all());
    factories.addAll(
        Judges.factories(
            new Models(
                models, listener, java.time.Clock.systemUTC(), new java.security.SecureRandom())));
    return factories;
  }

  /** Reads definitions, each of which must make a scorer. */
  static List<ScorerSpec> definitions(Path file, Scorers scorers)
      throws IOException, InvalidScorersException {
    return ScorersFile.parse(file, spec -> problem(spec, scorers));
  }

  private static Optional<String> problem(ScorerSpec spec, Scorers scorers) {
    try {
      var _ = scorers.create(spec);
      return Optional.empty();
    } catch (InvalidScorerException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
