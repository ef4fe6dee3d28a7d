package dev.assay.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class BoundedRocksDbTest {
  @TempDir Path folder;

  @Test
  void largeValuesHaveFilesOfTheirOwnWhichGoWhenTheyAreDeleted() throws Exception {
    RocksDB.loadLibrary();
    try (var options =
        new Options().setCreateIfMissing(true).setTableFormatConfig(new BlockBasedTableConfig())) {
      new BoundedRocksDb().setConfig("any", options, Map.of());
      try (var store = RocksDB.open(options, folder.toString());
          var flush = new FlushOptions().setWaitForFlush(true)) {
        for (int i = 0; i < 100; i++) {
          store.put(key(i), value(i));
        }
        store.flush(flush);

        assertThat(bytes(store, "rocksdb.live-blob-file-size")).isGreaterThan(100 * 4_096L);
        assertThat(bytes(store, "rocksdb.live-sst-files-size")).isLessThan(20_000);
        assertThat(store.get(key(7))).isEqualTo(value(7));

        for (int i = 0; i < 100; i++) {
          store.delete(key(i));
        }
        store.flush(flush);
        store.compactRange();

        assertThat(bytes(store, "rocksdb.live-blob-file-size")).isZero();
      }
    }
  }

  private static long bytes(RocksDB store, String property) throws RocksDBException {
    return store.getLongProperty(property);
  }

  private static byte[] key(int i) {
    return ("key-" + i).getBytes(UTF_8);
  }

  private static byte[] value(int i) {
    var value = new byte[4_096];
    Arrays.fill(value, (byte) i);
    return value;
  }
}
