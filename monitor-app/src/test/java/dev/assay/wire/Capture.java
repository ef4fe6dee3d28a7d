package dev.assay.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.CloseReason;
import dev.assay.model.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one application exported through a real SDK, and what it logged itself; recorded by {@code
 * src/test/captures/record.sh}.
 *
 * @param name convention, SDK and application, {@code openinference/openai/chat}
 */
record Capture(String name, Path folder) {
  private static final Path ROOT = Path.of("src/test/resources/captures");

  /** After everything that was ever recorded: 2100-01-01. */
  static final long CLOSED = 4_102_444_800_000_000_000L;

  static List<Capture> all() throws IOException {
    try (var files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.endsWith("expected.json"))
          .map(Path::getParent)
          .map(folder -> new Capture(name(folder), folder))
          .sorted(Comparator.comparing(Capture::name))
          .toList();
    }
  }

  /** {@code convention/sdk/case field reason…}, by case and field. */
  static List<String> knownGaps() throws IOException {
    return lines("known-gaps.txt");
  }

  /** Of a file beside the captures, without its comments. */
  static List<String> lines(String file) throws IOException {
    return Files.readAllLines(ROOT.resolve(file)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  JsonNode expected() throws IOException {
    return Json.mapper().readTree(folder.resolve("expected.json").toFile());
  }

  /** The bytes of all requests, as text; for looking for text in them. */
  String sent() throws IOException {
    var sent = new StringBuilder();
    for (var request : requests()) {
      sent.append(Files.readString(request, StandardCharsets.ISO_8859_1));
    }
    return sent.toString();
  }

  /** By the receiver's way: split by trace, then mapped; in the order of their starts. */
  List<Trace> traces() throws Exception {
    var mapper = new TraceMapper(10_000);
    return messages().entrySet().stream()
        .map(entry ->
            Objects.requireNonNull(
                mapper
                    .map(entry.getKey(), entry.getValue(), 1, CloseReason.ROOT_ENDED, CLOSED)
                    .trace()))
        .sorted(Comparator.comparingLong(trace -> trace.header().startNanos()))
        .toList();
  }

  /** What the assembler gets of each trace, by its id. */
  Map<String, List<byte[]>> messages() throws Exception {
    var messages = new LinkedHashMap<String, List<byte[]>>();
    for (var request : requests()) {
      var name = request.toString();
      var split =
          new OtlpTraces(Topics.MAX_RECORD_BYTES, 64 << 20)
              .split(
                  Files.readAllBytes(request),
                  name.contains(".logs.") ? OtlpSignal.LOGS : OtlpSignal.TRACES,
                  name.endsWith(".json") ? OtlpEncoding.JSON : OtlpEncoding.PROTOBUF,
                  Map.of());
      if (split.rejected() > 0) {
        throw new IllegalStateException(request + ": " + split.problem());
      }
      for (var record : split.records()) {
        messages.computeIfAbsent(record.traceId(), _ -> new ArrayList<>()).add(record.bytes());
      }
    }
    return messages;
  }

  /** In the order in which they arrived. */
  private List<Path> requests() {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d+\\.(logs\\.)?(otlp|json)"))
          .sorted(Comparator.comparingInt(Capture::number))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int number(Path file) {
    var name = file.getFileName().toString();
    return Integer.parseInt(name.substring(0, name.indexOf('.')));
  }

  private static String name(Path folder) {
    return ROOT.relativize(folder).toString().replace('\\', '/');
  }
}
