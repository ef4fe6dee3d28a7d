package dev.assay.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.encoding.DecodingService;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An OTLP/HTTP receiver that keeps what it gets. */
final class CapturingReceiver implements AutoCloseable {
  /** A span and the resource it came from. */
  record Captured(List<KeyValue> resource, Span span) {
    String traceId() {
      return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    String attribute(String key) {
      return value(span.getAttributesList(), key);
    }

    String resource(String key) {
      return value(resource, key);
    }

    boolean isRoot() {
      return span.getParentSpanId().isEmpty();
    }

    private static String value(List<KeyValue> attributes, String key) {
      return attributes.stream()
          .filter(attribute -> attribute.getKey().equals(key))
          .map(attribute -> attribute.getValue().getStringValue())
          .findFirst()
          .orElse("");
    }
  }

  private final List<Captured> spans = new CopyOnWriteArrayList<>();
  private final List<String> contentTypes = new CopyOnWriteArrayList<>();
  private final Server server;
  private volatile HttpStatus answer = HttpStatus.OK;

  CapturingReceiver() {
    server =
        Server.builder()
            .http(0)
            .decorator(DecodingService.newDecorator())
            .service(
                "/v1/traces",
                (ctx, request) ->
                    HttpResponse.of(
                        request
                            .aggregate()
                            .thenApply(body -> {
                              if (!answer.equals(HttpStatus.OK)) {
                                return HttpResponse.of(answer);
                              }
                              contentTypes.add(String.valueOf(body.contentType()));
                              keep(body.content());
                              return HttpResponse.of(
                                  HttpStatus.OK,
                                  MediaType.create("application", "x-protobuf"),
                                  HttpData.wrap(
                                      ExportTraceServiceResponse.getDefaultInstance()
                                          .toByteArray()));
                            })))
            .build();
    server.start().join();
  }

  private void keep(HttpData content) {
    try {
      for (var resource :
          ExportTraceServiceRequest.parseFrom(content.array()).getResourceSpansList()) {
        for (var scope : resource.getScopeSpansList()) {
          scope
              .getSpansList()
              .forEach(span ->
                  spans.add(new Captured(resource.getResource().getAttributesList(), span)));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort());
  }

  /** What came of each trace, as one OTLP message. */
  Map<String, byte[]> messages() {
    var traces = new HashMap<String, TracesData.Builder>();
    for (var captured : spans) {
      traces
          .computeIfAbsent(captured.traceId(), _ -> TracesData.newBuilder())
          .addResourceSpansBuilder()
          .setResource(Resource.newBuilder().addAllAttributes(captured.resource()))
          .addScopeSpansBuilder()
          .addSpans(captured.span());
    }
    var messages = new HashMap<String, byte[]>();
    traces.forEach((id, trace) -> messages.put(id, trace.build().toByteArray()));
    return messages;
  }

  /** Answers every request like this from now on. */
  void answer(HttpStatus status) {
    answer = status;
  }

  /** Forgets what it got, and accepts. */
  void reset() {
    spans.clear();
    contentTypes.clear();
    answer = HttpStatus.OK;
  }

  List<Captured> spans() {
    return List.copyOf(spans);
  }

  List<String> contentTypes() {
    return List.copyOf(contentTypes);
  }

  @Override
  public void close() {
    server.stop().join();
  }
}
