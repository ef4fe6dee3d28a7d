package dev.assay.quality;

import dev.assay.model.QualityWindow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;

/**
 * What the worker lane's scorer has said of a trace, and what of it was counted.
 *
 * @param revision of the trace, the highest seen; 0: none yet
 */
record Verdicts(int revision, List<Verdict> said) {
  private static final int MAX_SAID = 200;

  static final Verdicts NONE = new Verdicts(0, List.of());

  /**
   * One of them.
   *
   * @param id of its assessment
   * @param counted the differences it made
   */
  record Verdict(String id, List<QualityWindow> counted) {
    Verdict {
      counted = List.copyOf(counted);
    }
  }

  Verdicts {
    said = List.copyOf(said);
  }

  /** Whether no more of them can be taken back: each is written again with the next. */
  boolean isFull() {
    return said.size() >= MAX_SAID;
  }

  boolean contains(String id) {
    return said.stream().anyMatch(verdict -> verdict.id().equals(id));
  }

  /** With one more of its revision; one of a later revision replaces all. */
  Verdicts with(int ofRevision, Verdict verdict) {
    var all = new ArrayList<Verdict>(ofRevision > revision ? List.of() : said);
    all.add(verdict);
    return new Verdicts(ofRevision, all);
  }

  byte[] write(Serde<QualityWindow> windows) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeInt(revision);
      out.writeInt(said.size());
      for (var verdict : said) {
        out.writeUTF(verdict.id());
        out.writeInt(verdict.counted().size());
        for (var window : verdict.counted()) {
          var encoded = windows.serializer().serialize("", window);
          out.writeInt(encoded.length);
          out.write(encoded);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Verdicts read(byte[] bytes, Serde<QualityWindow> windows) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int revision = in.readInt();
      var said = new ArrayList<Verdict>();
      for (int left = in.readInt(); left > 0; left--) {
        var id = in.readUTF();
        var counted = new ArrayList<QualityWindow>();
        for (int more = in.readInt(); more > 0; more--) {
          counted.add(windows.deserializer().deserialize("", in.readNBytes(in.readInt())));
        }
        said.add(new Verdict(id, counted));
      }
      return new Verdicts(revision, said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
