package dev.assay.ingest;

import com.github.luben.zstd.ZstdInputStream;
import com.google.common.collect.ImmutableList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.SnappyError;
import org.xerial.snappy.SnappyFramedInputStream;

/** How a body is compressed: all that an OpenTelemetry Collector can be set to. */
enum ContentEncoding {
  IDENTITY("identity", "none", ""),
  GZIP("gzip", "x-gzip"),
  ZSTD("zstd"),
  // zlib's format is what HTTP calls deflate; some senders mean the raw one
  DEFLATE("deflate", "zlib"),
  // one block over HTTP, frames in gRPC and in older Collectors
  SNAPPY("snappy", "x-snappy-framed"),
  LZ4("lz4");

  /** Names for people and for {@code Accept-Encoding}. */
  static final String ALLOWED =
      Stream.of(values()).map(one -> one.names.getFirst()).collect(Collectors.joining(", "));

  private static final int CHUNK = 256 * 1024;

  /** A frame that wants a window of more than 8 MiB is refused, as RFC 9659 allows. */
  private static final int ZSTD_WINDOW_LOG = 23;

  private final ImmutableList<String> names;

  ContentEncoding(String... names) {
    this.names = ImmutableList.copyOf(names);
  }

  /**
   * @param header its name, the value of {@code header}; null where there is none
   * @throws RefusedException if it is none of {@link #ALLOWED}
   */
  static ContentEncoding of(String header, @Nullable String value) {
    var name = value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
    for (var encoding : values()) {
      if (encoding.names.contains(name)) {
        return encoding;
      }
    }
    throw new RefusedException(Refusal.UNSUPPORTED, header + ": must be one of " + ALLOWED);
  }

  /**
   * The content of a body that begins at {@code from}. Decompression goes chunk by chunk and stops
   * at the limit: a body that would become larger costs no more than the limit.
   *
   * @throws RefusedException if it is not what it says, becomes larger than {@code limit}, or there
   *     is no room for it
   */
  byte[] decode(byte[] body, int from, long limit, InFlightBytes.Share room) {
    if (this == IDENTITY || from == body.length) {
      return from == 0 ? body : Arrays.copyOfRange(body, from, body.length);
    }
    try {
      if (this == SNAPPY && !SnappyBody.isFramed(body, from)) {
        return SnappyBody.block(body, from, limit, room);
      }
      return decode(body, from, open(body, from), limit, room);
    } catch (RefusedException e) {
      throw e;
      // LZ4's own is a RuntimeException, Snappy's an Error
    } catch (IOException | RuntimeException | SnappyError e) {
      throw new RefusedException(Refusal.MALFORMED, "body: is not " + names.getFirst(), e);
    }
  }

  private InputStream open(byte[] body, int from) throws IOException {
    var in = new ByteArrayInputStream(body, from, body.length - from);
    return switch (this) {
      case IDENTITY -> in;
      case GZIP -> new GZIPInputStream(in, 8 * 1024);
      case DEFLATE -> new InflaterInputStream(in, new Inflater(!isZlib(body, from)), 8 * 1024);
      case ZSTD -> new ZstdInputStream(in).setLongMax(ZSTD_WINDOW_LOG);
      case SNAPPY -> {
        SnappyBody.checkFrames(body, from);
        yield new SnappyFramedInputStream(in, true);
      }
      case LZ4 -> new LZ4FrameInputStream(in);
    };
  }

  /** The header of RFC 1950: method 8, and a multiple of 31. */
  private static boolean isZlib(byte[] body, int from) {
    return body.length - from > 1
        && (body[from] & 0x0F) == 8
        && ((body[from] & 0xFF) << 8 | body[from + 1] & 0xFF) % 31 == 0;
  }

  private static byte[] decode(
      byte[] body, int from, InputStream content, long limit, InFlightBytes.Share room)
      throws IOException {
    // Chunks, joined when the size is known: a growing buffer would be copied, and be up to twice
    // as large as its content.
    var chunks = new ArrayList<byte[]>();
    long size = 0;
    int last;
    int chunkSize = Math.clamp(8L * (body.length - from), 1024, CHUNK);
    try (content) {
      do {
        room.take(chunkSize);
        var chunk = new byte[chunkSize];
        last = content.readNBytes(chunk, 0, chunk.length);
        size += last;
        if (size > limit) {
          throw tooLarge(limit);
        }
        chunks.add(chunk);
      } while (last == chunkSize);
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
