package dev.assay.scoring;

import dev.cel.common.types.CelType;
import dev.cel.common.values.StructValue;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record of a trace within one evaluation. Its fields are made when an expression asks for them,
 * each once: an expression over {@code trace.status} parses no JSON and wraps no span.
 */
@SuppressWarnings("Immutable") // one evaluation, one thread
final class TraceValue<T> extends StructValue<String, Object> {
  private final TraceShapes.Shape<T> shape;
  private final T value;
  private final ExpressionBudget budget;
  private @Nullable Object @Nullable [] made;

  TraceValue(TraceShapes.Shape<T> shape, T value, ExpressionBudget budget) {
    this.shape = shape;
    this.value = value;
    this.budget = budget;
  }

  @Override
  public Object select(String name) {
    var field = field(name);
    var present = present(field);
    return present == null ? field.absent().apply(budget) : present;
  }

  /** What {@code has()} asks: absent, and empty where that is the same. */
  @Override
  public Optional<Object> find(String name) {
    return switch (present(field(name))) {
      case null -> Optional.empty();
      case String text when text.isEmpty() -> Optional.empty();
      case Collection<?> items when items.isEmpty() -> Optional.empty();
      case JsonObject object -> Optional.of(object);
      case Map<?, ?> map when map.isEmpty() -> Optional.empty();
      case Object other -> Optional.of(other);
    };
  }

  @Override
  public Object value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return false;
  }

  @Override
  public CelType celType() {
    return shape.reference();
  }

  @Override
  public String toString() {
    return shape.reference().name();
  }

  private TraceShapes.Shape.Field<T> field(String name) {
    var field = shape.field(name);
    if (field == null) {
      throw new IllegalArgumentException("no such field: " + name);
    }
    return field;
  }

  private @Nullable Object present(TraceShapes.Shape.Field<T> field) {
    var cache = made;
    if (cache == null) {
      cache = new @Nullable Object[shape.size()];
      made = cache;
    }
    var cached = cache[field.index()];
    if (cached == null) {
      cached = field.read().apply(value, budget);
      cache[field.index()] = cached;
    }
    return cached;
  }
}
