package dev.assay.lookup;

/** Where a record is on its topic. */
record Place(int partition, long offset) {}
