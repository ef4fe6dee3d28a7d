package dev.assay.demo;

/** Emphasis by ANSI escapes. */
enum Ink {
  BOLD("1"),
  DIM("2"),
  ALARM("1;31"),
  GOOD("32"),
  WARN("33");

  private final String code;

  Ink(String code) {
    this.code = code;
  }

  String paint(String text) {
    return text.isBlank() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
