package dev.assay.ingest;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** How a body is compressed. */
enum ContentEncoding {
  IDENTITY,
  GZIP;

  static final String ALLOWED = "gzip, identity";

  private static final int CHUNK = 256 * 1024;

  /**
   * @param header null where there is none
   * @throws RefusedException if it is none of {@link #ALLOWED}
   */
  static ContentEncoding of(@Nullable String header) {
    return switch (header == null ? "" : header.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity", "none" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      default ->
          throw new RefusedException(
              Refusal.UNSUPPORTED, "Content-Encoding: must be one of " + ALLOWED);
    };
  }

  /**
   * The body itself. Decompression goes chunk by chunk and stops at the limit: a body that would
   * become larger costs no more than the limit.
   *
   * @throws RefusedException if it is not what it says, becomes larger than {@code limit}, or there
   *     is no room for it
   */
  byte[] decode(byte[] body, long limit, InFlightBytes.Share room) {
    return switch (this) {
      case IDENTITY -> body;
      case GZIP -> body.length == 0 ? body : gunzip(body, limit, room);
    };
  }

  private static byte[] gunzip(byte[] body, long limit, InFlightBytes.Share room) {
    // Chunks, joined when the size is known: a growing buffer would be copied, and be up to twice
    // as large as its content.
    var chunks = new ArrayList<byte[]>();
    long size = 0;
    int last;
    try (var in = new GZIPInputStream(new ByteArrayInputStream(body), 8 * 1024)) {
      int chunkSize = Math.clamp(8L * body.length, 1024, CHUNK);
      do {
        room.take(chunkSize);
        var chunk = new byte[chunkSize];
        last = in.readNBytes(chunk, 0, chunk.length);
        size += last;
        if (size > limit) {
          throw tooLarge(limit);
        }
        chunks.add(chunk);
      } while (last == chunkSize);
    } catch (ZipException | EOFException e) {
      throw new RefusedException(Refusal.MALFORMED, "body: is not gzip: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RefusedException(Refusal.MALFORMED, "body: is not gzip", e);
    }
    var decoded = new byte[Math.toIntExact(size)];
    int at = 0;
    for (var chunk : chunks) {
      int length = Math.min(chunk.length, decoded.length - at);
      System.arraycopy(chunk, 0, decoded, at, length);
      at += length;
    }
    return decoded;
  }

  static RefusedException tooLarge(long limit) {
    return new RefusedException(
        Refusal.TOO_LARGE,
        "body: must be at most %d bytes, as sent and after decompression".formatted(limit));
  }
}
