package dev.assay.scoring;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelValue;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as CEL sees it: a map. It is also a {@link CelValue}, because CEL walks through
 * plain maps, to their last leaf, each time an expression touches one; past this it steps at once.
 */
@SuppressWarnings("Immutable") // the map is never written after construction
final class JsonObject extends CelValue implements Map<String, Object> {
  private final Map<String, Object> fields;
  private final long weight;

  /**
   * @param weight how many values there are within, at any depth
   */
  JsonObject(Map<String, Object> fields, long weight) {
    this.fields = Collections.unmodifiableMap(fields);
    this.weight = weight;
  }

  long weight() {
    return weight;
  }

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return fields.isEmpty();
  }

  @Override
  public CelType celType() {
    return MapType.create(SimpleType.STRING, SimpleType.DYN);
  }

  @Override
  public int size() {
    return fields.size();
  }

  @Override
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return fields.containsKey(key);
  }

  @Override
  public boolean containsValue(@Nullable Object value) {
    return fields.containsValue(value);
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    return fields.get(key);
  }

  @Override
  public @Nullable Object put(String key, Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable Object remove(@Nullable Object key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void putAll(Map<? extends String, ?> more) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void clear() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> keySet() {
    return fields.keySet();
  }

  @Override
  public Collection<Object> values() {
    return fields.values();
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return fields.entrySet();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return fields.equals(other);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return "JSON object of " + weight + " values";
  }
}
