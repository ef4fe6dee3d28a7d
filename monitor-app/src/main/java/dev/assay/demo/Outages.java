package dev.assay.demo;

import dev.assay.demo.PlannedSpan.Failure;
import java.util.List;
import java.util.SplittableRandom;

/** How models and tools fail. */
final class Outages {
  private static final List<Failure> OF_MODEL =
      List.of(
          new Failure(
              "rate_limit_exceeded", "429 Too Many Requests: rate limit reached for the model"),
          new Failure("timeout", "the model did not answer within 30 s"),
          new Failure("overloaded_error", "529 the model is overloaded"),
          new Failure("context_length_exceeded", "400 the prompt is longer than the model allows"));
  private static final List<Failure> OF_TOOL =
      List.of(
          new Failure("java.net.SocketTimeoutException", "read timed out after 10 s"),
          new Failure("503", "503 Service Unavailable"),
          new Failure(
              "com.example.booking.ValidationException", "date is not in a supported format"));

  private Outages() {}

  static Failure ofModel(SplittableRandom random) {
    return Texts.pick(OF_MODEL, random);
  }

  static Failure ofTool(SplittableRandom random) {
    return Texts.pick(OF_TOOL, random);
  }
}
