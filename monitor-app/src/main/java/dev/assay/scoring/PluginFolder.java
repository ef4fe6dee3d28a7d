package dev.assay.scoring;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;

/**
 * Scorers of users: jars in a folder, each with a {@link ScorerFactory} named in {@code
 * META-INF/services/dev.assay.scoring.ScorerFactory}.
 *
 * <p>Each jar has a class loader of its own below the application's, so two plugins may bring
 * different versions of a library; a jar must hold all it needs besides Assay. Its code runs with
 * the rights of this process: a plugin is trusted like the application itself.
 */
public final class PluginFolder {
  private static final String SERVICE = "META-INF/services/" + ScorerFactory.class.getName();

  private PluginFolder() {}

  /**
   * The factories of every jar in the folder, jars by name.
   *
   * @throws InvalidPluginException naming every jar that is broken, has no factory, or has one that
   *     cannot be made, and why
   * @throws IOException if the folder cannot be read, or is none
   */
  public static List<ScorerFactory> load(Path folder) throws IOException, InvalidPluginException {
    List<Path> jars;
    try (var files = Files.list(folder)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    var factories = new ArrayList<ScorerFactory>();
    var problems = new ArrayList<String>();
    for (var jar : jars) {
      try {
        factories.addAll(factories(jar));
      } catch (IOException e) {
        problems.add(jar.getFileName() + ": not a readable jar: " + e.getMessage());
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        problems.add(jar.getFileName() + ": " + described(e));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidPluginException(problems);
    }
    return List.copyOf(factories);
  }

  private static List<ScorerFactory> factories(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      if (file.getEntry(SERVICE) == null) {
        throw new IllegalArgumentException("has no " + SERVICE);
      }
    }
    // open as long as the process: its classes are loaded when they are first used
    var loader =
        new URLClassLoader(
            "plugin " + jar.getFileName(),
            new URL[] {url(jar)},
            PluginFolder.class.getClassLoader());
    var factories = new ArrayList<ScorerFactory>();
    for (var provider : ServiceLoader.load(ScorerFactory.class, loader).stream().toList()) {
      // the loader sees its parent's providers too
      if (loader.equals(provider.type().getClassLoader())) {
        factories.add(checked(provider.get()));
      }
    }
    if (factories.isEmpty()) {
      throw new IllegalArgumentException(SERVICE + " names no class of this jar");
    }
    return factories;
  }

  // whatever its methods throw is told with the jar's name, and now rather than on a page
  private static ScorerFactory checked(ScorerFactory factory) {
    var kind = factory.kind();
    if (kind == null || !kind.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "%s: kind must match [a-z][a-z0-9_]*, was '%s'"
              .formatted(factory.getClass().getName(), kind));
    }
    if (factory.parameters() == null || factory.description() == null) {
      throw new IllegalArgumentException(
          factory.getClass().getName() + ": parameters and description must not be null");
    }
    return factory;
  }

  private static URL url(Path jar) throws IOException {
    URI uri = jar.toAbsolutePath().toUri();
    return uri.toURL();
  }

  private static String described(Throwable failure) {
    var cause = failure.getCause();
    return switch (failure) {
      case IllegalArgumentException e when cause == null -> String.valueOf(e.getMessage());
      case Throwable e when cause != null -> e.getMessage() + ": " + cause;
      case Throwable e -> e.toString();
    };
  }
}
