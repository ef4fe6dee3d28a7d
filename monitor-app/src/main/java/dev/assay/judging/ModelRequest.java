package dev.assay.judging;

import java.util.ArrayList;
import java.util.List;

/**
 * A question to a model.
 *
 * @param name of the scorer: the name of the answer's schema, {@code [a-z][a-z0-9_]{0,63}}
 * @param system who the model is and what it must never do
 * @param turns user and assistant in turn, the first and last by the user
 * @param answer what the value may be
 */
record ModelRequest(String name, String system, List<String> turns, ValueType answer) {
  ModelRequest {
    if (turns.size() % 2 != 1) {
      throw new IllegalArgumentException("turns must begin and end with the user's");
    }
    turns = List.copyOf(turns);
  }

  /** The conversation after the model said this and the user that. */
  ModelRequest then(String assistant, String user) {
    var more = new ArrayList<>(turns);
    more.add(assistant);
    more.add(user);
    return new ModelRequest(name, system, more, answer);
  }
}
