package dev.assay.explain;

import dev.assay.wire.MalformedOtlpException;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.OtlpSplit;
import dev.assay.wire.OtlpTooLargeException;
import dev.assay.wire.OtlpTraces;
import dev.assay.wire.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * OTLP exports of traces and logs in files → the messages of each trace, by the receiver's way. A
 * file is protobuf or JSON, one request or (JSON) one a line as a Collector's file exporter writes
 * them, each also in gzip: found out by its content.
 */
public final class CapturedExports {
  /** One that none of these can be read from, or a file that is not there. */
  public static final class UnreadableExportException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableExportException(String message) {
      super(message);
    }
  }

  /** Of all files together, decompressed: 512 MiB. */
  private static final long MAX_BYTES = 512L << 20;

  private static final Comparator<Path> BY_NAME =
      Comparator.comparing((Path file) -> padded(String.valueOf(file.getFileName())));

  private final Map<String, List<byte[]>> messages = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private long left = MAX_BYTES;

  private CapturedExports() {}

  /**
   * Reads them, in order of arrival.
   *
   * @param files a folder stands for its files, by name ({@code 2.otlp} before {@code 10.otlp});
   *     {@code -} for standard input
   * @throws UnreadableExportException if one is no export; of a folder's, if none is
   */
  public static CapturedExports read(List<Path> files, InputStream standardInput)
      throws IOException, UnreadableExportException {
    var exports = new CapturedExports();
    for (var file : files) {
      if (file.toString().equals("-")) {
        exports.add("standard input", exports.bytes("standard input", standardInput));
      } else if (Files.isDirectory(file)) {
        exports.addFolder(file);
      } else {
        exports.addFile(file);
      }
    }
    return exports;
  }

  /** What the assembler would get of each trace, by its id, in the order in which they appear. */
  public Map<String, List<byte[]>> messages() {
    return messages;
  }

  /** What was left out, a line each. */
  public List<String> notes() {
    return notes;
  }

  private void addFolder(Path folder) throws IOException, UnreadableExportException {
    List<Path> files;
    try (var inFolder = Files.list(folder)) {
      files = inFolder.filter(Files::isRegularFile).sorted(BY_NAME).toList();
    }
    int read = 0;
    for (var file : files) {
      try {
        addFile(file);
        read++;
      } catch (UnreadableExportException e) {
        notes.add("skipped: " + e.getMessage());
      }
    }
    if (read == 0) {
      throw new UnreadableExportException(folder + ": no file in it is an OTLP trace export");
    }
  }

  private void addFile(Path file) throws IOException, UnreadableExportException {
    try (var in = Files.newInputStream(file)) {
      add(file.toString(), bytes(file.toString(), in));
    }
  }

  private byte[] bytes(String name, InputStream in) throws IOException, UnreadableExportException {
    var bytes = bounded(name, in);
    if (bytes.length > 1 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b) {
      try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        bytes = bounded(name, unzipped);
      }
    }
    left -= bytes.length;
    return bytes;
  }

  private byte[] bounded(String name, InputStream in)
      throws IOException, UnreadableExportException {
    var bytes = in.readNBytes(Math.toIntExact(left + 1));
    if (bytes.length > left) {
      throw new UnreadableExportException(
          name + ": all files together may be at most 512 MiB, decompressed");
    }
    return bytes;
  }

  private void add(String name, byte[] bytes) throws UnreadableExportException {
    if (OtlpEncoding.sniff(bytes) == OtlpEncoding.JSON) {
      json(name, bytes);
    } else if (beginsWithBrace(bytes)) {
      // a line break and a brace: so may a request in protobuf begin, by its tag and its length
      try {
        request(name, bytes, OtlpEncoding.PROTOBUF);
      } catch (UnreadableExportException e) {
        json(name, bytes);
      }
    } else {
      request(name, bytes, OtlpEncoding.PROTOBUF);
    }
  }

  private void json(String name, byte[] bytes) throws UnreadableExportException {
    var lines = new String(bytes, StandardCharsets.UTF_8).strip().lines().toList();
    boolean isOneALine =
        lines.size() > 1
            && lines.stream().allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    if (!isOneALine) {
      request(name, String.join("\n", lines).getBytes(StandardCharsets.UTF_8), OtlpEncoding.JSON);
      return;
    }
    for (int i = 0; i < lines.size(); i++) {
      request(
          "%s, line %d".formatted(name, i + 1),
          lines.get(i).getBytes(StandardCharsets.UTF_8),
          OtlpEncoding.JSON);
    }
  }

  private void request(String name, byte[] request, OtlpEncoding encoding)
      throws UnreadableExportException {
    try {
      var split = split(request, encoding);
      if (split.records().isEmpty() && split.rejected() == 0) {
        throw new UnreadableExportException(
            name + ": holds no spans; allowed: an OTLP trace export, protobuf or JSON");
      }
      if (split.rejected() > 0) {
        notes.add(
            "%s: %d spans are not sound, as the receiver would say: %s"
                .formatted(name, split.rejected(), split.problem()));
      }
      for (var record : split.records()) {
        messages.computeIfAbsent(record.traceId(), _ -> new ArrayList<>()).add(record.bytes());
      }
    } catch (MalformedOtlpException | OtlpTooLargeException e) {
      throw new UnreadableExportException(
          "%s: %s; allowed: an OTLP trace export, protobuf or JSON, or gzip of one"
              .formatted(name, e.getMessage()));
    }
  }

  /** As traces; as logs where those tell of spans, and it holds no spans itself. */
  private static OtlpSplit split(byte[] request, OtlpEncoding encoding)
      throws MalformedOtlpException, OtlpTooLargeException {
    var receiver = new OtlpTraces(Topics.MAX_RECORD_BYTES, MAX_BYTES);
    var spans = receiver.split(request, encoding);
    if (spans.accepted() > 0) {
      return spans;
    }
    try {
      var logs = receiver.split(request, OtlpSignal.LOGS, encoding, Map.of());
      return logs.accepted() > 0 ? logs : spans;
    } catch (MalformedOtlpException noLogs) {
      return spans;
    }
  }

  /** After blanks. */
  private static boolean beginsWithBrace(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && Character.isWhitespace(bytes[at])) {
      at++;
    }
    return at < bytes.length && bytes[at] == '{';
  }

  /** Numbers in a name by their value. */
  private static String padded(String name) {
    var padded = new StringBuilder();
    for (var part : name.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)", -1)) {
      boolean isNumber = !part.isEmpty() && Character.isDigit(part.charAt(0));
      padded.append(isNumber ? "0".repeat(Math.max(0, 20 - part.length())) : "").append(part);
    }
    return padded.toString();
  }
}
