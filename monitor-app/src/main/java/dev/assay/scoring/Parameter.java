package dev.assay.scoring;

/**
 * One parameter of a kind of scorer, for checking definitions and for the catalogue.
 *
 * @param type how it is written: {@code string}, {@code integer}, {@code number}, {@code boolean},
 *     {@code list of strings}, {@code object}
 * @param required whether a definition must give it
 * @param description what it does, its unit and its default
 */
public record Parameter(String name, String type, boolean required, String description) {
  public static Parameter required(String name, String type, String description) {
    return new Parameter(name, type, true, description);
  }

  public static Parameter optional(String name, String type, String description) {
    return new Parameter(name, type, false, description);
  }
}
