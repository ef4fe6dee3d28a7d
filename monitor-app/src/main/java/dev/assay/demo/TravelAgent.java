package dev.assay.demo;

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.demo.GenAi.Message;
import dev.assay.demo.PlannedSpan.Failure;
import dev.assay.wire.Json;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * An agent that calls a tool or several before it answers. The root is as MLflow's SDK sends it,
 * the agent's run within it in OpenTelemetry's GenAI conventions.
 */
final class TravelAgent implements DemoApp {
  private static final GenAi.Model MODEL =
      new GenAi.Model("gcp.gemini", "gemini-2.5-flash", "gemini-2.5-flash");

  private final Script script = Texts.load("travel-agent.yaml", Script.class);

  @Override
  public String name() {
    return "travel-agent";
  }

  @Override
  public String version(boolean newer) {
    return newer ? "1.9.0" : "1.8.2";
  }

  @Override
  public boolean rollsBack() {
    return false;
  }

  @Override
  public Mix mix(boolean newer, boolean degraded) {
    return Mix.slow(0.025)
        .and(Defect.MODEL_ERROR, 0.01)
        .and(Defect.EMPTY_ANSWER, 0.005)
        .and(Defect.PII_LEAK, 0.004)
        .and(Defect.REFUSAL, 0.006)
        .and(Defect.TOOL_FAILURE, 0.02)
        .and(Defect.UNHELPFUL, 0.015)
        .and(Defect.UNGROUNDED, 0.02)
        .and(Defect.RUDE, 0.003)
        .and(Defect.OFF_POLICY, 0.005);
  }

  @Override
  public Visit nextVisit(SplittableRandom random) {
    return Visit.first(random);
  }

  @Override
  public Exchange answer(Visit visit, boolean newer, Set<Defect> defects, SplittableRandom random) {
    var slots = Slots.fill(script.slots(), random);
    var topic = Texts.pick(script.topics(), random);
    var question = slots.in(Texts.pick(topic.questions(), random));
    var failure = defects.contains(Defect.MODEL_ERROR) ? Outages.ofModel(random) : null;
    var answer = failure == null ? answer(topic, slots, defects, random) : null;
    var latency = Latency.draw(Duration.ofMillis(3_200), defects, random);
    var toolFailure = defects.contains(Defect.TOOL_FAILURE) ? Outages.ofTool(random) : null;
    var steps = steps(visit, question, answer, topic, slots, latency, failure, toolFailure, random);
    var agent =
        GenAi.agent(
            name(), visit.sessionId(), part(latency, 0.002), part(latency, 0.996), failure, steps);
    return new Exchange(
        root(visit, question, answer, latency, failure, agent),
        question,
        answer == null ? "" : answer);
  }

  private String answer(Topic topic, Slots slots, Set<Defect> defects, SplittableRandom random) {
    var good = Texts.pick(topic.answers(), random);
    var closer = Texts.pick(script.closers(), random);
    var text = good + closer;
    for (var defect : defects) {
      text =
          switch (defect) {
            case EMPTY_ANSWER -> "";
            case PII_LEAK -> good + " " + Pii.leak(random);
            case REFUSAL -> Texts.pick(script.refusal(), random);
            case TOOL_FAILURE -> Texts.pick(script.toolFailure(), random);
            case UNHELPFUL -> Texts.pick(script.unhelpful(), random) + closer;
            case UNGROUNDED -> Texts.pick(topic.ungrounded(), random) + closer;
            case RUDE -> Texts.pick(script.rude(), random) + good;
            case OFF_POLICY -> good + " " + Texts.pick(script.offPolicy(), random);
            case MODEL_ERROR, BROKEN_JSON, SLOW -> text;
          };
    }
    return slots.in(text);
  }

  /** Model call, tool, model call, tool, …, and the model call that answers or fails. */
  private List<PlannedSpan> steps(
      Visit visit,
      String question,
      @Nullable String answer,
      Topic topic,
      Slots slots,
      Duration latency,
      @Nullable Failure failure,
      @Nullable Failure toolFailure,
      SplittableRandom random) {
    var steps = new ArrayList<PlannedSpan>();
    var messages = new ArrayList<Message>();
    messages.add(Message.text("user", question));
    int slices = 2 * topic.tools().size() + 1;
    int slice = 0;
    for (var tool : topic.tools()) {
      var call = "call_%08x".formatted(random.nextInt());
      var arguments = slots.in(tool.arguments());
      var wish = Message.toolCall(call, tool.name(), Json.object(arguments));
      steps.add(model(visit, messages, wish, slice++, slices, latency, null));
      boolean last = slice + 2 == slices;
      var broken = last ? toolFailure : null;
      var result = broken == null ? slots.in(tool.result()) : null;
      steps.add(
          GenAi.tool(
              tool.name(),
              call,
              arguments,
              result,
              start(slice, slices, latency),
              length(slices, latency),
              broken));
      slice++;
      messages.add(wish);
      messages.add(
          Message.toolResult(
              call,
              broken == null
                  ? Json.object(slots.in(tool.result()))
                  : Map.of("error", broken.message())));
    }
    var output = answer == null ? null : Message.text("assistant", answer);
    steps.add(model(visit, messages, output, slice, slices, latency, failure));
    return steps;
  }

  private PlannedSpan model(
      Visit visit,
      List<Message> input,
      @Nullable Message output,
      int slice,
      int slices,
      Duration latency,
      @Nullable Failure failure) {
    return GenAi.chat(
        MODEL,
        visit.sessionId(),
        script.system(),
        List.copyOf(input),
        output,
        start(slice, slices, latency),
        length(slices, latency),
        failure);
  }

  private PlannedSpan root(
      Visit visit,
      String question,
      @Nullable String answer,
      Duration latency,
      @Nullable Failure failure,
      PlannedSpan agent) {
    // MLflow's attribute values are JSON texts: a string stands in its quotes
    var attributes =
        Attributes.builder()
            .put(stringKey("mlflow.spanType"), "\"AGENT\"")
            .put(stringKey("mlflow.spanFunctionName"), "\"plan_trip\"")
            .put(stringKey("mlflow.spanInputs"), chat("user", question))
            .put(stringKey("session.id"), visit.sessionId())
            .put(stringKey("user.id"), visit.userId());
    if (answer != null) {
      attributes.put(stringKey("mlflow.spanOutputs"), chat("assistant", answer));
    }
    return new PlannedSpan(
        "plan_trip",
        SpanKind.INTERNAL,
        Duration.ZERO,
        latency,
        attributes.build(),
        failure,
        List.of(agent));
  }

  private static String chat(String role, String content) {
    return Json.write(Map.of("messages", List.of(Map.of("role", role, "content", content))));
  }

  private static Duration start(int slice, int slices, Duration latency) {
    return part(latency, 0.01 + 0.97 * slice / slices);
  }

  private static Duration length(int slices, Duration latency) {
    return part(latency, 0.96 / slices);
  }

  private static Duration part(Duration latency, double fraction) {
    return Duration.ofNanos((long) (latency.toNanos() * fraction));
  }

  record Script(
      String system,
      Map<String, List<JsonNode>> slots,
      List<String> closers,
      List<String> unhelpful,
      List<String> refusal,
      List<String> rude,
      List<String> offPolicy,
      List<String> toolFailure,
      List<Topic> topics) {}

  record Topic(
      String name,
      List<String> questions,
      List<Tool> tools,
      List<String> answers,
      List<String> ungrounded) {}

  /** Arguments and result are JSON. */
  record Tool(String name, String arguments, String result) {}
}
