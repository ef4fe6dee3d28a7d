package dev.assay.pipeline;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one budget of memtables for all stores of the process. By default every store
 * of every partition has its own 50 MB of cache and 48 MB of memtables, whose sum nobody bounds.
 * Index and filter blocks are in the cache too. Values from 1 KiB on, spans above all, are written
 * to files of their own, so that compaction moves their keys alone. Made by Kafka Streams.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  /** Configuration key of the bytes of all stores together, of which memtables take a half. */
  public static final String BYTES = "assay.rocksdb.bytes";

  static final long DEFAULT_BYTES = 256L << 20;

  private static final long MIN_BLOB_BYTES = 1024;

  private static @Nullable Shared shared;

  /** For the life of the process: stores come and go with their partitions. */
  private record Shared(Cache cache, WriteBufferManager memtables) {
    static Shared of(long bytes) {
      var cache = new LRUCache(bytes);
      return new Shared(cache, new WriteBufferManager(bytes / 2, cache));
    }
  }

  /** Made by Kafka Streams. */
  public BoundedRocksDb() {}

  // The first store says how much: an instance has one setting for all of its topologies.
  private static synchronized Shared shared(Map<String, Object> configs) {
    var known = shared;
    if (known == null) {
      var bytes = configs.get(BYTES);
      known = Shared.of(bytes == null ? DEFAULT_BYTES : Long.parseLong(bytes.toString()));
      shared = known;
    }
    return known;
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    var ours = shared(configs);
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(ours.cache());
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(ours.memtables());
    options.setEnableBlobFiles(true);
    options.setMinBlobSize(MIN_BLOB_BYTES);
    options.setEnableBlobGarbageCollection(true);
  }

  @Override
  public void close(String storeName, Options options) {
    // shared by all stores
  }
}
