package dev.assay.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /health/live}: 200 unless the process is past saving and should be restarted. {@code
 * /health/ready}: 200 when every part is ready for traffic. Both 503 otherwise, and both name the
 * parts.
 */
final class HealthPage {
  /** How one part is. */
  record Part(String name, boolean up, String detail) {}

  private final List<HealthCheck> live;
  private final List<HealthCheck> ready;

  HealthPage(List<HealthCheck> live, List<HealthCheck> ready) {
    this.live = List.copyOf(live);
    this.ready = List.copyOf(ready);
  }

  HttpResponse live(ServiceRequestContext context) {
    return answer(parts(live));
  }

  HttpResponse ready(ServiceRequestContext context) {
    return answer(readyParts());
  }

  List<Part> readyParts() {
    return parts(ready);
  }

  private static List<Part> parts(List<HealthCheck> checks) {
    return checks.stream()
        .map(check -> {
          var status = check.check();
          return new Part(check.name(), status.up(), status.detail());
        })
        .toList();
  }

  private static HttpResponse answer(List<Part> parts) {
    boolean up = parts.stream().allMatch(Part::up);
    var body = new LinkedHashMap<String, Object>();
    body.put("status", up ? "UP" : "DOWN");
    body.put(
        "parts",
        parts.stream()
            .map(part ->
                Map.of(
                    "name",
                    part.name(),
                    "status",
                    part.up() ? "UP" : "DOWN",
                    "detail",
                    part.detail()))
            .toList());
    return Respond.json(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, body);
  }
}
