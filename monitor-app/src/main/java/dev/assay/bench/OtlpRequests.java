package dev.assay.bench;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Export requests of many traces, sent round after round under other trace ids: what has been sent
 * once would be duplicates. One thread.
 */
final class OtlpRequests {
  private static final int ID_BYTES = 16;

  private final List<byte[]> bodies;
  private final List<int[]> ids;
  private int round;

  private OtlpRequests(List<byte[]> bodies, List<int[]> ids) {
    this.bodies = bodies;
    this.ids = ids;
  }

  /**
   * @param traces a multiple of those of a request
   */
  static OtlpRequests of(int traces, int spansPerTrace, int tracesPerRequest) {
    var generator = new BenchSpans(Bench.SEED, spansPerTrace);
    var bodies = new ArrayList<byte[]>();
    var ids = new ArrayList<int[]>();
    for (int i = 0; i < traces; i += tracesPerRequest) {
      // the concatenation of two OTLP messages is the message of both
      var body = new ByteArrayOutputStream();
      var places = new ArrayList<Integer>();
      for (int j = 0; j < tracesPerRequest; j++) {
        for (var half : generator.next(System.currentTimeMillis() * 1_000_000)) {
          var id = HexFormat.of().parseHex(half.traceId());
          for (int at = next(half.bytes(), id, 0); at >= 0; at = next(half.bytes(), id, at + 1)) {
            places.add(body.size() + at);
          }
          body.writeBytes(half.bytes());
        }
      }
      bodies.add(body.toByteArray());
      ids.add(places.stream().mapToInt(Integer::intValue).toArray());
    }
    return new OtlpRequests(bodies, ids);
  }

  private static int next(byte[] bytes, byte[] id, int from) {
    for (int at = from; at <= bytes.length - ID_BYTES; at++) {
      if (Arrays.equals(bytes, at, at + ID_BYTES, id, 0, ID_BYTES)) {
        return at;
      }
    }
    return -1;
  }

  /** The bodies, until the next round. */
  List<byte[]> bodies() {
    return bodies;
  }

  /** Gives all traces ids they never had. None of the bodies may be on its way. */
  void nextRound() {
    // from one number to the next, in the id's first four bytes
    int change = round ^ (round + 1);
    round++;
    for (int i = 0; i < bodies.size(); i++) {
      var body = bodies.get(i);
      for (int at : ids.get(i)) {
        for (int j = 0; j < Integer.BYTES; j++) {
          body[at + j] ^= (byte) (change >> 8 * j);
        }
      }
    }
  }
}
