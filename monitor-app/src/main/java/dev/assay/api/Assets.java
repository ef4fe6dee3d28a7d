package dev.assay.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The scripts and styles of the pages: a closed list, read at start, so that no path can lead
 * anywhere else. Their addresses carry a digest of their content and may be cached for ever.
 */
final class Assets {
  private static final MediaType SVG = MediaType.parse("image/svg+xml; charset=utf-8");
  private static final MediaType SCRIPT = MediaType.parse("text/javascript; charset=utf-8");

  @SuppressWarnings("ArrayRecordComponent") // bytes of a file: handed on, never compared
  private record Asset(MediaType type, byte[] content, String url) {}

  private final Map<String, Asset> byName = new LinkedHashMap<>();

  Assets() {
    put("app.css", MediaType.CSS_UTF_8, "/dev/assay/api/app.css");
    put("app.js", SCRIPT, "/dev/assay/api/app.js");
    put("icon.svg", SVG, "/dev/assay/api/icon.svg");
    put("htmx.js", SCRIPT, webjar("htmx.org", "dist/htmx.min.js"));
    put("uplot.js", SCRIPT, webjar("uplot", "dist/uPlot.iife.min.js"));
    put("uplot.css", MediaType.CSS_UTF_8, webjar("uplot", "dist/uPlot.min.css"));
  }

  /** The address of an asset, for the head of a page. */
  String url(String name) {
    var asset = byName.get(name);
    if (asset == null) {
      throw new IllegalArgumentException("no asset " + name + "; there are " + byName.keySet());
    }
    return asset.url();
  }

  HttpResponse answer(ServiceRequestContext context) {
    var asset = byName.get(context.pathParam("name"));
    if (asset == null) {
      throw Problem.notFound("there is nothing under this path");
    }
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(asset.type())
            .set(HttpHeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable")
            .build(),
        HttpData.wrap(asset.content()));
  }

  private void put(String name, MediaType type, String resource) {
    var content = read(resource);
    byName.put(name, new Asset(type, content, "/assets/" + name + "?v=" + digest(content)));
  }

  private static String webjar(String artifact, String file) {
    var maven = new Properties();
    try (var in = open("/META-INF/maven/org.webjars.npm/" + artifact + "/pom.properties")) {
      maven.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "/META-INF/resources/webjars/%s/%s/%s"
        .formatted(artifact, maven.getProperty("version"), file);
  }

  private static byte[] read(String resource) {
    try (var in = open(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    var in = Assets.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("not on the class path: " + resource);
    }
    return in;
  }

  private static String digest(byte[] content) {
    return HexFormat.of().formatHex(Sha256.of(content), 0, 6);
  }
}
