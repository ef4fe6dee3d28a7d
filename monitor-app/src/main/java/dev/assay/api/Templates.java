package dev.assay.api;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.List;
import java.util.Map;

/** The pages of {@code src/main/jte}, compiled with the application. */
final class Templates {
  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Templates.class.getClassLoader(), "dev.assay.api");
  private final Assets assets;

  Templates(Assets assets) {
    this.assets = assets;
  }

  String page(String template, String title, String nav, List<String> notReady, Object page) {
    return render(template, Map.of("shell", new Shell(assets, title, nav, notReady), "page", page));
  }

  String fragment(String template, Object page) {
    return render(template, Map.of("page", page));
  }

  String error(Problem problem) {
    return page("error.jte", problem.title, "", List.of(), problem);
  }

  private String render(String template, Map<String, Object> parameters) {
    var output = new StringOutput(16 * 1024);
    engine.render(template, parameters, output);
    return output.toString();
  }
}
