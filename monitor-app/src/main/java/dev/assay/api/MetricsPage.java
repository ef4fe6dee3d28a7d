package dev.assay.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code /metrics}, in the format the scraper asks for: Prometheus text, OpenMetrics, or protobuf,
 * which alone carries native histograms. {@code ?name[]=} keeps it to some metrics.
 */
final class MetricsPage {
  private final PrometheusRegistry registry;
  private final ExpositionFormats formats = ExpositionFormats.init();

  MetricsPage(PrometheusRegistry registry) {
    this.registry = registry;
  }

  HttpResponse answer(ServiceRequestContext context) throws IOException {
    var accept = context.request().headers().get(HttpHeaderNames.ACCEPT, "");
    var names = new HashSet<>(QueryParams.fromQueryString(context.query()).getAll("name[]"));
    var snapshots =
        names.isEmpty() ? registry.scrape() : registry.scrape(name -> named(name, names));
    var writer = formats.findWriter(accept);
    var escaping = EscapingScheme.fromAcceptHeader(accept);
    var body = new ByteArrayOutputStream(64 * 1024);
    writer.write(body, snapshots, escaping);
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.parse(writer.getContentType() + escaping.toHeaderFormat()))
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build(),
        HttpData.wrap(body.toByteArray()));
  }

  // A metric is asked for by the name of a series of it, which may have a suffix.
  private static boolean named(String metric, Set<String> names) {
    return Stream.of("", "_total", "_bucket", "_count", "_sum", "_info")
        .anyMatch(suffix -> names.contains(metric + suffix));
  }
}
