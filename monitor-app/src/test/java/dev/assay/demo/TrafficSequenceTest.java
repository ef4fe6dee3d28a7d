package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.wire.Json;
import io.opentelemetry.api.common.AttributeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrafficSequenceTest {
  private static final Duration NONE = Duration.ZERO;
  private static final Schedule ALWAYS_OLD =
      new Schedule(Duration.ofDays(100), NONE, NONE, NONE, NONE, NONE);
  private static final Schedule ALWAYS_DEGRADED =
      new Schedule(NONE, NONE, NONE, NONE, Duration.ofDays(100), NONE);
  private static final Schedule ALWAYS_CANARY =
      new Schedule(NONE, Duration.ofDays(100), NONE, NONE, NONE, NONE);

  private static List<PlannedTrace> traces(long seed, Schedule schedule, int count) {
    var sequence = new TrafficSequence(seed, 20, schedule);
    return Stream.generate(sequence::next).limit(count).toList();
  }

  @Test
  void theSameSeedGivesTheSameTraces() {
    assertThat(traces(7, Schedule.over(Duration.ofSeconds(60)), 1_500))
        .isEqualTo(traces(7, Schedule.over(Duration.ofSeconds(60)), 1_500));
  }

  @Test
  void anotherSeedGivesOthers() {
    assertThat(traces(7, ALWAYS_OLD, 50)).isNotEqualTo(traces(8, ALWAYS_OLD, 50));
  }

  @Test
  void tracesComeAtAConstantRate() {
    var sequence = new TrafficSequence(1, 20, ALWAYS_OLD);
    var due = new ArrayList<Long>();
    for (int i = 0; i < 4; i++) {
      due.add(sequence.due().toMillis());
      sequence.next();
    }

    assertThat(due).containsExactly(0L, 50L, 100L, 150L);
  }

  @Test
  void thePhaseFollowsFromThePlaceInTheSequence() {
    var schedule = Schedule.over(Duration.ofSeconds(60));
    var traces = traces(3, schedule, 1_200);

    for (int i = 0; i < traces.size(); i++) {
      assertThat(traces.get(i).phase()).isEqualTo(schedule.at(Duration.ofMillis(50L * i)));
    }
    assertThat(traces.stream().map(PlannedTrace::phase).distinct()).containsExactly(Phase.values());
  }

  @Test
  void versionsRollOutAndOnlySupportChatGoesBack() {
    assertThat(versions(Phase.BASELINE))
        .isEqualTo(
            Map.of(
                "support-chat", Set.of("3.1.0"),
                "docs-assistant", Set.of("2.4.0"),
                "travel-agent", Set.of("1.8.2")));
    assertThat(versions(Phase.HALF))
        .isEqualTo(
            Map.of(
                "support-chat", Set.of("3.1.0", "3.2.0"),
                "docs-assistant", Set.of("2.4.0", "2.5.0"),
                "travel-agent", Set.of("1.8.2", "1.9.0")));
    assertThat(versions(Phase.DEGRADED))
        .isEqualTo(
            Map.of(
                "support-chat", Set.of("3.2.0"),
                "docs-assistant", Set.of("2.5.0"),
                "travel-agent", Set.of("1.9.0")));
    assertThat(versions(Phase.RECOVERED))
        .isEqualTo(
            Map.of(
                "support-chat", Set.of("3.1.0"),
                "docs-assistant", Set.of("2.5.0"),
                "travel-agent", Set.of("1.9.0")));
  }

  private static Map<String, Set<String>> versions(Phase phase) {
    var versions = new HashMap<String, Set<String>>();
    for (var trace : traces(5, Schedule.over(Duration.ofMinutes(2)), 2_400)) {
      if (trace.phase() == phase) {
        versions.computeIfAbsent(trace.app(), _ -> new HashSet<>()).add(trace.version());
      }
    }
    return versions;
  }

  @Test
  void aTenthOfTheUsersIsOnTheNewVersionInTheCanaryAndEachStaysOnTheirs() {
    var versionsOfUser = new HashMap<String, Set<String>>();
    long newer = 0;
    var traces = traces(11, ALWAYS_CANARY, 10_000);
    for (var trace : traces) {
      var user =
          trace.app() + " " + trace.root().attributes().get(AttributeKey.stringKey("user.id"));
      versionsOfUser.computeIfAbsent(user, _ -> new HashSet<>()).add(trace.version());
      newer += Set.of("3.2.0", "2.5.0", "1.9.0").contains(trace.version()) ? 1 : 0;
    }

    assertThat(versionsOfUser.values()).allMatch(versions -> versions.size() == 1);
    assertWithinBinomialBounds("canary", newer, traces.size(), 0.1);
  }

  @Test
  void defectsComeAtTheirStatedShares() {
    for (var schedule : List.of(ALWAYS_OLD, ALWAYS_DEGRADED)) {
      var byApp = new HashMap<String, List<PlannedTrace>>();
      for (var trace : traces(42, schedule, 40_000)) {
        byApp.computeIfAbsent(trace.app(), _ -> new ArrayList<>()).add(trace);
      }
      boolean degraded = schedule.equals(ALWAYS_DEGRADED);
      for (var app : List.of(new SupportChat(), new DocsAssistant(), new TravelAgent())) {
        var traces = byApp.get(app.name());
        var counts = new EnumMap<Defect, Long>(Defect.class);
        traces.forEach(t -> t.defects().forEach(d -> counts.merge(d, 1L, Long::sum)));
        for (var defect : Defect.values()) {
          assertWithinBinomialBounds(
              app.name() + " " + defect,
              counts.getOrDefault(defect, 0L),
              traces.size(),
              app.mix(degraded, degraded).share(defect));
        }
      }
    }
  }

  /** Four and a half standard deviations: about 1 in 100,000 for a correct sampler. */
  private static void assertWithinBinomialBounds(String what, long count, long n, double p) {
    double slack = 4.5 * Math.sqrt(n * p * (1 - p));
    assertThat((double) count).as("%s of %d", what, n).isBetween(n * p - slack, n * p + slack);
  }

  @Test
  void onlySupportChatGetsWorse() {
    double healthy = badShare("support-chat", ALWAYS_OLD);
    double degraded = badShare("support-chat", ALWAYS_DEGRADED);

    assertThat(healthy).isLessThan(0.07);
    assertThat(degraded).isGreaterThan(0.3);
    assertThat(badShare("docs-assistant", ALWAYS_DEGRADED)).isLessThan(0.08);
    assertThat(badShare("travel-agent", ALWAYS_DEGRADED)).isLessThan(0.08);
  }

  private static double badShare(String app, Schedule schedule) {
    var traces = traces(9, schedule, 5_000).stream().filter(t -> t.app().equals(app)).toList();
    return traces.stream().filter(t -> !t.truth().get("helpful")).count() / (double) traces.size();
  }

  @Test
  void theTruthFollowsFromQuestionAndAnswer() {
    var known = new HashMap<List<String>, Map<String, Boolean>>();
    var traces = new ArrayList<>(traces(1, ALWAYS_OLD, 20_000));
    traces.addAll(traces(2, ALWAYS_DEGRADED, 20_000));

    for (var trace : traces) {
      var before = known.put(List.of(trace.question(), trace.answer()), trace.truth());
      if (before != null) {
        assertThat(trace.truth()).as("%s → %s", trace.question(), trace.answer()).isEqualTo(before);
      }
    }
    assertThat(known).as("different exchanges").hasSizeGreaterThan(15_000);
  }

  @Test
  void theTruthNamesEveryAspectAndWhatADefectSpoils() {
    assertThat(Defect.truth(Set.of()))
        .isEqualTo(Map.of("helpful", true, "grounded", true, "polite", true, "on_policy", true));
    assertThat(Defect.truth(Set.of(Defect.RUDE, Defect.SLOW)))
        .isEqualTo(Map.of("helpful", true, "grounded", true, "polite", false, "on_policy", true));
    assertThat(Defect.truth(Set.of(Defect.EMPTY_ANSWER))).containsEntry("helpful", false);
    assertThat(Defect.truth(Set.of(Defect.UNGROUNDED))).containsEntry("grounded", false);
    assertThat(Defect.truth(Set.of(Defect.PII_LEAK))).containsEntry("on_policy", false);
  }

  @Test
  void everyDefectCanBeSeenInTheTrace() {
    var pii =
        Pattern.compile(
            "@example\\.com|\\+1 202 555|4111 11|IBAN DE\\d\\d|SSN 8\\d\\d-|api_key=sk-demo-");
    var traces = new ArrayList<>(traces(21, ALWAYS_OLD, 10_000));
    traces.addAll(traces(22, ALWAYS_DEGRADED, 10_000));
    for (var trace : traces) {
      var defects = trace.defects();
      var as = trace.app() + " " + defects + ": " + trace.answer();
      boolean failed = defects.contains(Defect.MODEL_ERROR);
      assertThat(trace.question()).isNotBlank().doesNotContain("<", ">", "#");
      assertThat(trace.answer()).as(as).doesNotContain("<", ">");
      assertThat(trace.answer().isEmpty())
          .as(as)
          .isEqualTo(failed || defects.contains(Defect.EMPTY_ANSWER));
      assertThat(trace.root().failure() != null).as(as).isEqualTo(failed);
      assertThat(pii.matcher(trace.answer()).find())
          .as(as)
          .isEqualTo(defects.contains(Defect.PII_LEAK));
      assertThat(spans(trace.root()).anyMatch(s -> isTool(s) && s.failure() != null))
          .as(as)
          .isEqualTo(defects.contains(Defect.TOOL_FAILURE));
      assertThat(trace.root().length().compareTo(Latency.SLOW) >= 0)
          .as(as)
          .isEqualTo(defects.contains(Defect.SLOW));
      if (!defects.contains(Defect.SLOW)) {
        assertThat(trace.root().length()).isLessThanOrEqualTo(Latency.NORMAL);
      }
      if (trace.app().equals("docs-assistant") && !trace.answer().isEmpty()) {
        assertThat(isAnswerObject(trace.answer()))
            .as(as)
            .isEqualTo(!defects.contains(Defect.BROKEN_JSON));
      }
    }
  }

  private static boolean isAnswerObject(String text) {
    return Json.parse(text)
        .filter(json -> json.path("answer").isTextual() && json.path("sources").isArray())
        .isPresent();
  }

  private static boolean isTool(PlannedSpan span) {
    return span.name().startsWith("execute_tool ");
  }

  private static Stream<PlannedSpan> spans(PlannedSpan span) {
    return Stream.concat(
        Stream.of(span), span.children().stream().flatMap(TrafficSequenceTest::spans));
  }

  @Test
  void childrenLieWithinTheirParents() {
    for (var trace : traces(31, ALWAYS_DEGRADED, 3_000)) {
      assertThat(trace.root().start()).isEqualTo(Duration.ZERO);
      spans(trace.root())
          .forEach(parent ->
              parent
                  .children()
                  .forEach(child -> {
                    assertThat(child.start()).isGreaterThanOrEqualTo(parent.start());
                    assertThat(child.start().plus(child.length()))
                        .isLessThanOrEqualTo(parent.start().plus(parent.length()));
                  }));
    }
  }

  @Test
  void conversationsGoOnForSeveralTurnsAndCarryTheirHistory() {
    var conversation = AttributeKey.stringKey("gen_ai.conversation.id");
    var messages = AttributeKey.stringKey("gen_ai.input.messages");
    var turns = new HashMap<String, Integer>();
    for (var trace : traces(5, ALWAYS_OLD, 5_000)) {
      if (trace.app().equals("support-chat")) {
        var chat = trace.root().children().getFirst().attributes();
        int turn = turns.merge(chat.get(conversation), 1, Integer::sum);
        var sent = Json.parse(chat.get(messages)).orElseThrow();
        assertThat(sent).hasSize(2 * turn - 1);
        assertThat(sent.get(sent.size() - 1).at("/parts/0/content").asText())
            .isEqualTo(trace.question());
      }
    }

    assertThat(turns.values()).contains(1, 2, 3, 4).allMatch(turn -> turn <= 4);
  }

  @Test
  void whatLeaksHasValidChecksums() {
    var cards = new ArrayList<String>();
    var ibans = new ArrayList<String>();
    var random = new java.util.SplittableRandom(1);
    var card = Pattern.compile("4111 11[\\d ]+\\d");
    var iban = Pattern.compile("DE[\\d ]+\\d");
    for (int i = 0; i < 2_000; i++) {
      var leak = Pii.leak(random);
      card.matcher(leak).results().forEach(m -> cards.add(m.group().replace(" ", "")));
      iban.matcher(leak).results().forEach(m -> ibans.add(m.group().replace(" ", "")));
    }

    assertThat(cards).isNotEmpty().allMatch(TrafficSequenceTest::luhn);
    assertThat(ibans).isNotEmpty().allMatch(TrafficSequenceTest::iban97);
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(digits.length() - 1 - i), 10);
      sum += i % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
    }
    return digits.length() == 16 && sum % 10 == 0;
  }

  private static boolean iban97(String iban) {
    var turned = iban.substring(4) + iban.substring(0, 4);
    var digits = new StringBuilder();
    turned.chars().forEach(c -> digits.append(Character.digit(c, 36)));
    return iban.length() == 22
        && new java.math.BigInteger(digits.toString())
                .mod(java.math.BigInteger.valueOf(97))
                .intValue()
            == 1;
  }
}
