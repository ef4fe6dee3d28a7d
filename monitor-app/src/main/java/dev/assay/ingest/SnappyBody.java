package dev.assay.ingest;

import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Snappy's two formats. Both begin with lengths that the sender claims and the library would
 * allocate: they are checked before it sees them.
 */
final class SnappyBody {
  private static final byte[] STREAM_START = {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};
  private static final int CHUNK_HEADER = 4;
  private static final int CHECKSUM = 4;
  private static final int MAX_CHUNK = 64 * 1024;

  /** A copy of 64 bytes takes three; nothing expands further. */
  private static final int MAX_EXPANSION = 22;

  private SnappyBody() {}

  /** No block begins so: its third element would copy from before its start. */
  static boolean isFramed(byte[] body, int from) {
    return body.length - from >= STREAM_START.length
        && Arrays.equals(
            body, from, from + STREAM_START.length, STREAM_START, 0, STREAM_START.length);
  }

  /** One block. */
  static byte[] block(byte[] body, int from, long limit, InFlightBytes.Share room)
      throws IOException {
    int length = body.length - from;
    long size = Snappy.uncompressedLength(body, from, length);
    if (size > limit) {
      throw ContentEncoding.tooLarge(limit);
    }
    if (size < 0 || size > (long) MAX_EXPANSION * length) {
      throw new IOException("a block of %d bytes cannot hold %d".formatted(length, size));
    }
    room.take(size);
    var content = new byte[(int) size];
    if (Snappy.uncompress(body, from, length, content, 0) != size) {
      throw new IOException("the block is not as long as it says");
    }
    return content;
  }

  /** Whether every frame keeps the format's bound of 64 KiB. */
  static void checkFrames(byte[] body, int from) throws IOException {
    int at = from;
    while (at < body.length) {
      if (body.length - at < CHUNK_HEADER) {
        throw new IOException("ends within a chunk's header");
      }
      int type = body[at] & 0xFF;
      int length = body[at + 1] & 0xFF | (body[at + 2] & 0xFF) << 8 | (body[at + 3] & 0xFF) << 16;
      at += CHUNK_HEADER;
      if (length > body.length - at) {
        throw new IOException("ends within a chunk");
      }
      if (type == 0 && length > CHECKSUM) {
        int size = Snappy.uncompressedLength(body, at + CHECKSUM, length - CHECKSUM);
        if (size < 0 || size > MAX_CHUNK) {
          throw new IOException("a chunk holds more than %d bytes".formatted(MAX_CHUNK));
        }
      }
      at += length;
    }
  }
}
