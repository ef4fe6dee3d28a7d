package dev.assay.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/** Every encoding, with bodies of friends and of strangers. */
class ContentEncodingTest {
  private static final int MIB = 1024 * 1024;
  private static final long LIMIT = 16 * MIB;

  private final InFlightBytes inFlight = new InFlightBytes(256 * MIB);

  @ParameterizedTest
  @EnumSource
  void givesBackWhatWasCompressed(ContentEncoding encoding) {
    for (int size : new int[] {0, 1, 1_000, 70_000, 5 * MIB}) {
      for (var content : new byte[][] {new byte[size], noise(size)}) {
        var body = Compressed.as(encoding, content);
        // behind a frame's header, as in gRPC
        var framed = new byte[5 + body.length];
        System.arraycopy(body, 0, framed, 5, body.length);

        assertThat(decode(encoding, body, 0)).isEqualTo(content);
        assertThat(decode(encoding, framed, 5)).isEqualTo(content);
      }
    }
  }

  @Test
  void knowsTheVariantsThatSharedANameHas() throws IOException {
    var content = noise(100_000);
    var raw = new ByteArrayOutputStream();
    try (var out =
        new DeflaterOutputStream(raw, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
      out.write(content);
    }

    assertThat(decode(ContentEncoding.DEFLATE, raw.toByteArray(), 0)).isEqualTo(content);
    assertThat(decode(ContentEncoding.SNAPPY, Snappy.compress(content), 0)).isEqualTo(content);
    assertThat(decode(ContentEncoding.SNAPPY, Snappy.compress(new byte[0]), 0)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GZIP, 1073741824",
    "ZSTD, 1073741824",
    "DEFLATE, 1073741824",
    "LZ4, 1073741824",
    "SNAPPY, 268435456"
  })
  void aBombCostsNoMoreThanTheLimit(ContentEncoding encoding, int size) {
    var bomb = Compressed.zeros(encoding, size);
    decode(encoding, Compressed.as(encoding, new byte[10]), 0); // all classes are loaded

    long before = allocatedBytes();
    assertThatThrownBy(() -> decode(encoding, bomb, 0))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("body: must be at most 16777216 bytes");
    long allocated = allocatedBytes() - before;

    // the chunks, and what the library itself holds: two blocks of 4 MiB for LZ4
    assertThat(allocated).isLessThan(LIMIT + 10 * MIB);
    assertThat(inFlight.held()).isZero();
  }

  @Test
  void aLengthThatIsOnlyClaimedIsNeverAllocated() {
    // a block of 15 MiB in four bytes, a frame whose chunk is 1 GiB, a window of 1 GiB
    var block = new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0xC0, 7, 0};
    var frame =
        ByteBuffer.allocate(30)
            .put(new byte[] {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'})
            .put(new byte[] {0, 9, 0, 0, 0, 0, 0, 0})
            .put(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 4})
            .array();
    var window = new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (20 << 3), 1, 0, 0};

    assertMalformed(ContentEncoding.SNAPPY, new byte[] {9}); // all classes are loaded
    assertMalformed(ContentEncoding.ZSTD, new byte[] {9});

    long before = allocatedBytes();
    for (var body : new byte[][] {block, Arrays.copyOf(frame, 23)}) {
      assertMalformed(ContentEncoding.SNAPPY, body);
    }
    assertMalformed(ContentEncoding.ZSTD, window);
    assertThat(allocatedBytes() - before).isLessThan(2 * MIB);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IDENTITY")
  void whatIsDamagedIsRefusedAndNothingElseHappens(ContentEncoding encoding) {
    var random = new Random(11);
    var content = new byte[3_000];
    random.nextBytes(content);
    Arrays.fill(content, 1_000, 2_000, (byte) 'a');
    var sound = Compressed.as(encoding, content);
    for (int i = 0; i < 500; i++) {
      var body = Arrays.copyOf(sound, i % 3 == 0 ? random.nextInt(sound.length) : sound.length);
      for (int changes = random.nextInt(1, 6); changes > 0 && body.length > 0; changes--) {
        // at the front, where lengths stand, more often than elsewhere
        int at = random.nextInt(random.nextBoolean() ? Math.min(20, body.length) : body.length);
        body[at] = (byte) random.nextInt(256);
      }

      try {
        assertThat(decode(encoding, body, 0)).hasSizeLessThanOrEqualTo((int) LIMIT);
      } catch (RefusedException e) {
        assertThat(e.refusal()).isIn(Refusal.MALFORMED, Refusal.TOO_LARGE);
      }
    }
    assertThat(inFlight.held()).isZero();
    assertMalformed(
        encoding, "this is not compressed".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void assertMalformed(ContentEncoding encoding, byte[] body) {
    assertThatThrownBy(() -> decode(encoding, body, 0))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.MALFORMED))
        .hasMessageStartingWith("body: is not ");
  }

  private byte[] decode(ContentEncoding encoding, byte[] body, int from) {
    try (var room = inFlight.open()) {
      return encoding.decode(body, from, LIMIT, room);
    }
  }

  private static byte[] noise(int size) {
    var noise = new byte[size];
    new Random(size).nextBytes(noise);
    return noise;
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
