package dev.assay.demo;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.demo.GenAi.Message;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A shop's chatbot: conversations of one to four turns. An HTTP server span, and within it one chat
 * span in OpenTelemetry's GenAI conventions that carries the conversation so far.
 */
final class SupportChat implements DemoApp {
  private static final int MAX_TURNS = 4;
  private static final int MAX_OPEN = 24;
  private static final double CONTINUES = 0.4;

  private final Script script = Texts.load("support-chat.yaml", Script.class);
  private final LinkedHashMap<String, Conversation> open = new LinkedHashMap<>();

  @Override
  public String name() {
    return "support-chat";
  }

  @Override
  public String version(boolean newer) {
    return newer ? "3.2.0" : "3.1.0";
  }

  @Override
  public boolean rollsBack() {
    return true;
  }

  @Override
  public Mix mix(boolean newer, boolean degraded) {
    return newer && degraded
        ? Mix.slow(0.12)
            .and(Defect.MODEL_ERROR, 0.02)
            .and(Defect.EMPTY_ANSWER, 0.03)
            .and(Defect.PII_LEAK, 0.01)
            .and(Defect.REFUSAL, 0.06)
            .and(Defect.UNHELPFUL, 0.25)
            .and(Defect.UNGROUNDED, 0.08)
            .and(Defect.RUDE, 0.04)
            .and(Defect.OFF_POLICY, 0.06)
        : Mix.slow(0.02)
            .and(Defect.MODEL_ERROR, 0.01)
            .and(Defect.EMPTY_ANSWER, 0.006)
            .and(Defect.PII_LEAK, 0.005)
            .and(Defect.REFUSAL, 0.008)
            .and(Defect.UNHELPFUL, 0.02)
            .and(Defect.UNGROUNDED, 0.01)
            .and(Defect.RUDE, 0.004)
            .and(Defect.OFF_POLICY, 0.006);
  }

  @Override
  public Visit nextVisit(SplittableRandom random) {
    if (!open.isEmpty() && random.nextDouble() < CONTINUES) {
      return Texts.pick(List.copyOf(open.values()), random).visit;
    }
    return Visit.first(random);
  }

  @Override
  public Exchange answer(Visit visit, boolean newer, Set<Defect> defects, SplittableRandom random) {
    var known = open.get(visit.sessionId());
    var conversation = known == null ? begin(visit, random) : known;
    var turn = known == null ? conversation.topic.opening() : followUp(conversation, random);
    var question = conversation.slots.in(Texts.pick(turn.questions(), random));
    var failure = defects.contains(Defect.MODEL_ERROR) ? Outages.ofModel(random) : null;
    var answer = failure == null ? answer(conversation, turn, defects, random) : null;

    var input = new ArrayList<>(conversation.messages);
    input.add(Message.text("user", question));
    var output = answer == null ? null : Message.text("assistant", answer);
    remember(conversation, input, output);

    var latency = Latency.draw(Duration.ofMillis(newer ? 1_100 : 1_500), defects, random);
    var before = Duration.ofMillis(4 + random.nextInt(8));
    var chat =
        GenAi.chat(
            newer
                ? new GenAi.Model("openai", "gpt-4.1-nano", "gpt-4.1-nano-2025-04-14")
                : new GenAi.Model("openai", "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"),
            visit.sessionId(),
            script.system(),
            input,
            output,
            before,
            latency.minus(before.multipliedBy(2)),
            failure);
    var root =
        new PlannedSpan(
            "POST /api/chat",
            SpanKind.SERVER,
            Duration.ZERO,
            latency,
            Attributes.builder()
                .put(stringKey("http.request.method"), "POST")
                .put(stringKey("http.route"), "/api/chat")
                .put(stringKey("url.path"), "/api/chat")
                .put(longKey("http.response.status_code"), failure == null ? 200L : 502L)
                .put(stringKey("session.id"), visit.sessionId())
                .put(stringKey("user.id"), visit.userId())
                .build(),
            failure,
            List.of(chat));
    return new Exchange(root, question, answer == null ? "" : answer);
  }

  private Conversation begin(Visit visit, SplittableRandom random) {
    return new Conversation(
        visit, Texts.pick(script.topics(), random), Slots.fill(script.slots(), random));
  }

  private Turn followUp(Conversation conversation, SplittableRandom random) {
    var specific = conversation.topic.followUps();
    return !specific.isEmpty() && random.nextBoolean()
        ? Texts.pick(specific, random)
        : Texts.pick(script.followUps(), random);
  }

  private String answer(
      Conversation conversation, Turn turn, Set<Defect> defects, SplittableRandom random) {
    var topic = conversation.topic;
    var opener = Texts.pick(script.openers(), random);
    var good = Texts.pick(turn.answers(), random);
    var closer = Texts.pick(script.closers(), random);
    var text = opener + good + closer;
    for (var defect : defects) {
      text =
          switch (defect) {
            case EMPTY_ANSWER -> "";
            case PII_LEAK -> opener + good + " " + Pii.leak(random);
            case REFUSAL -> Texts.pick(script.common().refusal(), random);
            case UNHELPFUL -> Texts.pick(topic.unhelpful(), random) + closer;
            case UNGROUNDED -> opener + Texts.pick(topic.ungrounded(), random) + closer;
            case RUDE -> Texts.pick(script.common().rude(), random) + good;
            case OFF_POLICY -> opener + Texts.pick(topic.offPolicy(), random);
            case MODEL_ERROR, BROKEN_JSON, TOOL_FAILURE, SLOW -> text;
          };
    }
    return conversation.slots.in(text);
  }

  private void remember(Conversation conversation, List<Message> input, @Nullable Message output) {
    open.remove(conversation.visit.sessionId());
    int turns = input.size() / 2 + 1;
    // who gets no answer leaves
    if (output != null && turns < MAX_TURNS) {
      conversation.messages.clear();
      conversation.messages.addAll(input);
      conversation.messages.add(output);
      open.put(conversation.visit.sessionId(), conversation);
    }
    if (open.size() > MAX_OPEN) {
      open.pollFirstEntry();
    }
  }

  /** One user's talk about one topic. */
  private static final class Conversation {
    private final Visit visit;
    private final Topic topic;
    private final Slots slots;
    private final List<Message> messages = new ArrayList<>();

    Conversation(Visit visit, Topic topic, Slots slots) {
      this.visit = visit;
      this.topic = topic;
      this.slots = slots;
    }
  }

  record Script(
      String system,
      Map<String, List<JsonNode>> slots,
      List<String> openers,
      List<String> closers,
      List<Turn> followUps,
      List<Topic> topics,
      Common common) {}

  record Turn(List<String> questions, List<String> answers) {}

  record Topic(
      String name,
      List<String> questions,
      List<String> answers,
      List<String> unhelpful,
      List<String> offPolicy,
      List<String> ungrounded,
      List<Turn> followUps) {
    Topic {
      followUps = Texts.orEmpty(followUps);
    }

    Turn opening() {
      return new Turn(questions, answers);
    }
  }

  record Common(List<String> rude, List<String> refusal) {}
}
