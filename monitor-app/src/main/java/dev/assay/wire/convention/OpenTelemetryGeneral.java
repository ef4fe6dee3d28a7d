package dev.assay.wire.convention;

import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What OpenTelemetry says of any span and its resource: application, version, environment, session,
 * user, tags, errors. Also the marks of traces that judges and evaluation runs made, where a
 * resource carries them.
 */
final class OpenTelemetryGeneral implements Convention {
  /** Sampling never scores a trace that carries one of these among its tags or metadata. */
  static final List<String> LOOP_MARKS =
      List.of("mlflow.sourceRun", "mlflow.trace.sourceScorer", "assay.source_scorer");

  private static final String[] USER = {"user.id", "enduser.id"};

  @Override
  public String title() {
    return "OpenTelemetry";
  }

  @Override
  public void fill(SpanDraft span) {
    var trace = span.trace();
    if (!trace.knowsApp()) {
      trace.app(span.resource("service.name"));
      trace.appVersion(span.resource("service.version"));
      trace.appVersion(span.resource("langfuse.release"));
      trace.environment(span.resource("deployment.environment.name"));
      trace.environment(span.resource("deployment.environment"));
      for (var mark : LOOP_MARKS) {
        trace.metadata(mark, span.resource(mark));
      }
    }
    trace.appVersion(span.text("langfuse.release", "langfuse.version"));
    trace.session(span.text("session.id"));
    trace.user(span.text(USER));
    var tags = span.content("tags");
    if (tags != null && tags.tree().isArray()) {
      trace.tags(tags);
    }
    trace.metadata("assay.source_scorer", span.text("assay.source_scorer"));
    error(span);
  }

  private static void error(SpanDraft span) {
    var status = span.span().getStatus();
    span.error(status.getMessage());
    if (status.getCode() == StatusCode.STATUS_CODE_ERROR) {
      for (var event : span.events()) {
        if (event.getName().equals("exception")) {
          span.error(exception(event));
        }
      }
      span.error(span.text("error.type"));
    }
  }

  private static @Nullable String exception(Span.Event event) {
    var type = SpanDraft.value(event.getAttributesList(), "exception.type");
    var message = SpanDraft.value(event.getAttributesList(), "exception.message");
    return type == null || message == null
        ? (type == null ? message : type)
        : type + ": " + message;
  }
}
