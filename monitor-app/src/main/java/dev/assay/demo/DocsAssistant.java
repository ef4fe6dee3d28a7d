package dev.assay.demo;

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.demo.GenAi.Message;
import dev.assay.demo.PlannedSpan.Failure;
import dev.assay.wire.Json;
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
 * Answers questions from documents, as JSON: embedding, retrieval, chat. The old version is
 * instrumented with OpenTelemetry's GenAI conventions, the new one with OpenInference; it is no
 * better and no worse, so a difference between the two on a dashboard would be a fault in reading
 * them.
 */
final class DocsAssistant implements DemoApp {
  private static final GenAi.Model CHAT =
      new GenAi.Model("anthropic", "claude-haiku-4-5", "claude-haiku-4-5-20251001");
  private static final GenAi.Model EMBEDDER =
      new GenAi.Model("openai", "text-embedding-3-small", "text-embedding-3-small");
  private static final int TOP_K = 3;

  private final Script script = Texts.load("docs-assistant.yaml", Script.class);

  @Override
  public String name() {
    return "docs-assistant";
  }

  @Override
  public String version(boolean newer) {
    return newer ? "2.5.0" : "2.4.0";
  }

  @Override
  public boolean rollsBack() {
    return false;
  }

  @Override
  public Mix mix(boolean newer, boolean degraded) {
    return Mix.slow(0.015)
        .and(Defect.MODEL_ERROR, 0.008)
        .and(Defect.EMPTY_ANSWER, 0.005)
        .and(Defect.PII_LEAK, 0.004)
        .and(Defect.REFUSAL, 0.008)
        .and(Defect.BROKEN_JSON, 0.012)
        .and(Defect.UNHELPFUL, 0.02)
        .and(Defect.UNGROUNDED, 0.025)
        .and(Defect.RUDE, 0.003)
        .and(Defect.OFF_POLICY, 0.003);
  }

  @Override
  public Visit nextVisit(SplittableRandom random) {
    return Visit.first(random);
  }

  @Override
  public Exchange answer(Visit visit, boolean newer, Set<Defect> defects, SplittableRandom random) {
    var slots = Slots.fill(script.slots(), random);
    var page = Texts.pick(script.documents(), random);
    var question =
        slots.in(Texts.pick(script.prefixes(), random) + Texts.pick(page.questions(), random));
    var failure = defects.contains(Defect.MODEL_ERROR) ? Outages.ofModel(random) : null;
    var answer = failure == null ? answer(page, slots, defects, random) : null;
    var found = retrieve(page, random);
    var latency = Latency.draw(Duration.ofMillis(2_100), defects, random);
    var root =
        newer
            ? openInference(visit, question, answer, found, latency, failure)
            : genAi(visit, question, answer, found, latency, failure);
    return new Exchange(root, question, answer == null ? "" : answer);
  }

  private String answer(Page page, Slots slots, Set<Defect> defects, SplittableRandom random) {
    var good = Texts.pick(page.answers(), random) + Texts.pick(script.suffixes(), random);
    var text = json(good, page, random);
    for (var defect : defects) {
      text =
          switch (defect) {
            case EMPTY_ANSWER -> "";
            case PII_LEAK -> json(good + " " + Pii.leak(random), page, random);
            case REFUSAL -> json(Texts.pick(script.refusal(), random), null, random);
            case BROKEN_JSON -> broken(text, random);
            case UNHELPFUL -> json(Texts.pick(script.unhelpful(), random), page, random);
            case UNGROUNDED -> json(Texts.pick(page.ungrounded(), random), page, random);
            case RUDE -> json(Texts.pick(script.rude(), random) + good, page, random);
            case OFF_POLICY -> json(Texts.pick(script.offPolicy(), random), page, random);
            case MODEL_ERROR, TOOL_FAILURE, SLOW -> text;
          };
    }
    return slots.in(text);
  }

  private static String json(String answer, @Nullable Page page, SplittableRandom random) {
    var object = new LinkedHashMap<String, Object>();
    object.put("answer", answer);
    object.put("sources", page == null ? List.of() : List.of(page.id()));
    object.put("confidence", (55 + random.nextInt(44)) / 100.0);
    return Json.write(object);
  }

  // as models break it: cut off, talked around, quotes not escaped
  private static String broken(String json, SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> json.substring(0, json.length() - 2 - random.nextInt(json.length() / 3));
      case 1 -> "Here is the answer as JSON:\n" + json;
      default -> json.replaceFirst("\"answer\":\"", "\"answer\":\"So-called \"facts\": ");
    };
  }

  private List<Map<String, Object>> retrieve(Page page, SplittableRandom random) {
    var found = new ArrayList<Map<String, Object>>();
    double score = 0.93 - random.nextInt(12) / 100.0;
    found.add(document(page, score));
    while (found.size() < TOP_K) {
      var other = document(Texts.pick(script.documents(), random), 0);
      if (found.stream().noneMatch(d -> java.util.Objects.equals(d.get("id"), other.get("id")))) {
        score -= (5 + random.nextInt(15)) / 100.0;
        other.put("score", rounded(score));
        found.add(other);
      }
    }
    return found;
  }

  private static Map<String, Object> document(Page page, double score) {
    var document = new LinkedHashMap<String, Object>();
    document.put("id", page.id());
    document.put("score", rounded(score));
    document.put("content", page.title() + ": " + page.text());
    return document;
  }

  private static double rounded(double score) {
    return Math.round(score * 100) / 100.0;
  }

  private PlannedSpan genAi(
      Visit visit,
      String question,
      @Nullable String answer,
      List<Map<String, Object>> found,
      Duration latency,
      @Nullable Failure failure) {
    var times = Times.within(latency);
    var input = List.of(Message.text("user", prompt(question, found)));
    var output = answer == null ? null : Message.text("assistant", answer);
    var attributes =
        GenAi.operation("invoke_workflow", failure)
            .put(stringKey("gen_ai.workflow.name"), name())
            .put(stringKey("session.id"), visit.sessionId())
            .put(stringKey("user.id"), visit.userId())
            .put(
                stringKey("gen_ai.input.messages"),
                Json.write(List.of(Message.text("user", question))));
    if (output != null) {
      attributes.put(stringKey("gen_ai.output.messages"), Json.write(List.of(output)));
    }
    return new PlannedSpan(
        "invoke_workflow " + name(),
        SpanKind.INTERNAL,
        Duration.ZERO,
        latency,
        attributes.build(),
        failure,
        List.of(
            GenAi.embeddings(EMBEDDER, question, times.embed, times.embedding),
            GenAi.retrieval("tidewater-docs", question, found, times.retrieve, times.retrieval),
            GenAi.chat(
                CHAT, null, script.system(), input, output, times.chat, times.chatting, failure)));
  }

  private PlannedSpan openInference(
      Visit visit,
      String question,
      @Nullable String answer,
      List<Map<String, Object>> found,
      Duration latency,
      @Nullable Failure failure) {
    var times = Times.within(latency);
    return OpenInference.chain(
        name(),
        visit.sessionId(),
        visit.userId(),
        question,
        answer,
        latency,
        failure,
        List.of(
            OpenInference.embedding(EMBEDDER.name(), question, times.embed, times.embedding),
            OpenInference.retriever(question, found, times.retrieve, times.retrieval),
            OpenInference.llm(
                CHAT,
                script.system(),
                prompt(question, found),
                answer,
                times.chat,
                times.chatting,
                failure)));
  }

  private static String prompt(String question, List<Map<String, Object>> found) {
    var prompt = new StringBuilder("Documents:\n");
    for (var document : found) {
      prompt.append("[%s] %s\n".formatted(document.get("id"), document.get("content")));
    }
    return prompt.append("\nQuestion: ").append(question).toString();
  }

  /** When the steps run within a trace, and for how long. */
  private record Times(
      Duration embed,
      Duration embedding,
      Duration retrieve,
      Duration retrieval,
      Duration chat,
      Duration chatting) {
    static Times within(Duration latency) {
      return new Times(
          part(latency, 10),
          part(latency, 40),
          part(latency, 55),
          part(latency, 90),
          part(latency, 150),
          part(latency, 845));
    }

    private static Duration part(Duration latency, int thousandths) {
      return latency.multipliedBy(thousandths).dividedBy(1_000);
    }
  }

  record Script(
      String system,
      Map<String, List<JsonNode>> slots,
      List<String> prefixes,
      List<String> suffixes,
      List<String> unhelpful,
      List<String> refusal,
      List<String> rude,
      List<String> offPolicy,
      List<Page> documents) {}

  record Page(
      String id,
      String title,
      String text,
      List<String> questions,
      List<String> answers,
      List<String> ungrounded) {}
}
