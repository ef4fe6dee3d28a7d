package dev.assay.ingest;

import com.linecorp.armeria.common.HttpData;
import java.util.function.Consumer;

/** Counts a body as it arrives, and stops it at the limit. */
final class Arriving implements Consumer<HttpData> {
  private final InFlightBytes.Share room;
  private final long limit;
  private long size;

  Arriving(InFlightBytes.Share room, long limit) {
    this.room = room;
    this.limit = limit;
  }

  @Override
  public void accept(HttpData data) {
    size += data.length();
    if (size > limit) {
      throw ContentEncoding.tooLarge(limit);
    }
    room.take(data.length());
  }
}
