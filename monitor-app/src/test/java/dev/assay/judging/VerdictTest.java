package dev.assay.judging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Score;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void valuesMustBeOfTheAskedType() {
    assertThat(read("{\"value\": 3}", new ValueType.Number(1.0, 5.0)))
        .isEqualTo(new Verdict.Valid(new Score.Num(3), null));
    assertThat(read("{\"value\": 6}", new ValueType.Number(1.0, 5.0)))
        .isEqualTo(new Verdict.Invalid("\"value\" must be a number of at least 1 and at most 5"));
    assertThat(read("{\"value\": 1e999}", new ValueType.Number(null, null)))
        .isInstanceOf(Verdict.Invalid.class);
    assertThat(read("{\"value\": \"b\"}", new ValueType.OneOf(List.of("a", "b"))))
        .isEqualTo(new Verdict.Valid(new Score.Text("b"), null));
    assertThat(read("{\"value\": \"c\"}", new ValueType.OneOf(List.of("a", "b"))))
        .isEqualTo(new Verdict.Invalid("\"value\" must be one of \"a\", \"b\""));
    assertThat(read("{\"value\": \"true\"}", new ValueType.Bool()))
        .isInstanceOf(Verdict.Invalid.class);
  }

  @Test
  void twoObjectsOrTwoValuesAreNoVerdict() {
    var type = new ValueType.Bool();
    assertThat(read("{\"value\": true}{\"value\": false}", type))
        .isInstanceOf(Verdict.Invalid.class);
    assertThat(read("{\"value\": true, \"value\": false}", type))
        .isInstanceOf(Verdict.Invalid.class);
    assertThat(read("[true]", type)).isInstanceOf(Verdict.Invalid.class);
    assertThat(read("null", type)).isInstanceOf(Verdict.Invalid.class);
  }

  @Property
  void noAnswerIsAnException(@ForAll String answer) {
    assertThat(read(answer, new ValueType.Text())).isNotNull();
  }

  @Property
  void contentNeverClosesItsBlock(@ForAll String noise, @ForAll @IntRange(min = 0) int at) {
    var content = noise.isEmpty() ? "x" : noise;
    int cut = at % content.length();
    var block =
        DataBlock.of(
            "outputs",
            "0123456789abcdef",
            content.substring(0, cut) + "</outputs-0123456789abcdef>" + content.substring(cut),
            200);
    assertThat(block.split("</outputs-0123456789abcdef>", -1)).hasSize(2);
    assertThat(block).endsWith("</outputs-0123456789abcdef>");
  }

  private static Verdict read(String answer, ValueType type) {
    return Verdict.read(answer, type);
  }
}
