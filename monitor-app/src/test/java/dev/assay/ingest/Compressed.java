package dev.assay.ingest;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.xerial.snappy.SnappyFramedOutputStream;

/** Bodies as senders compress them. */
final class Compressed {
  private Compressed() {}

  static byte[] as(ContentEncoding encoding, byte[] content) {
    return as(encoding, out -> out.write(content));
  }

  /** So many zeros, which never exist at one time. */
  static byte[] zeros(ContentEncoding encoding, int bytes) {
    var piece = new byte[1 << 20];
    return as(
        encoding,
        out -> {
          for (int written = 0; written < bytes; written += piece.length) {
            out.write(piece);
          }
        });
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static byte[] as(ContentEncoding encoding, Content content) {
    var bytes = new ByteArrayOutputStream();
    try (var out = open(encoding, bytes)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static OutputStream open(ContentEncoding encoding, OutputStream out) throws IOException {
    return switch (encoding) {
      case IDENTITY -> out;
      case GZIP -> new GZIPOutputStream(out);
      case ZSTD -> new ZstdOutputStream(out);
      case DEFLATE -> new DeflaterOutputStream(out);
      case SNAPPY -> new SnappyFramedOutputStream(out);
      case LZ4 -> new LZ4FrameOutputStream(out);
    };
  }
}
