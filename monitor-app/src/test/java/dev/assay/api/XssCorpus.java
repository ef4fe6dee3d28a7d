package dev.assay.api;

import java.util.List;

/**
 * What hostile applications may put into a name, an answer or a rationale. Each calls {@code alert}
 * (or tries to leave the page) if a browser can be made to run it.
 */
final class XssCorpus {
  static final List<String> PAYLOADS =
      List.of(
          "<script>alert(1)</script>",
          "</script><script>alert(2)</script>",
          "<img src=x onerror=alert(3)>",
          "<svg onload=alert(4)>",
          "<svg><script>alert(5)</script></svg>",
          "\"><script>alert(6)</script>",
          "'><script>alert(7)</script>",
          "\" onmouseover=alert(8) x=\"",
          "' onfocus=alert(9) autofocus x='",
          "\" autofocus onfocus=alert(10) x=\"",
          "javascript:alert(11)",
          "<a href=javascript:alert(12)>click</a>",
          "<a href=\"data:text/html,<script>alert(13)</script>\">x</a>",
          "<iframe src=javascript:alert(14)></iframe>",
          "<iframe srcdoc='<script>parent.alert(15)</script>'></iframe>",
          "<object data=javascript:alert(16)></object>",
          "<embed src=javascript:alert(17)>",
          "<body onload=alert(18)>",
          "<input onfocus=alert(19) autofocus>",
          "<details open ontoggle=alert(20)>",
          "<video><source onerror=alert(21)></video>",
          "<math><mtext><table><mglyph><style><img src=x"
              + " onerror=alert(22)></style></table></mtext></math>",
          "<noscript><p title=\"</noscript><img src=x onerror=alert(23)>\"></noscript>",
          "<!--><img src=x onerror=alert(24)>-->",
          "<![CDATA[<script>alert(25)</script>]]>",
          "&lt;script&gt;alert(26)&lt;/script&gt;",
          "\u0000<script>alert(27)</script>",
          "<scr\u0000ipt>alert(28)</scr\u0000ipt>",
          "<style>@import 'javascript:alert(29)';*{x:expression(alert(29))}</style>",
          "<meta http-equiv=refresh content='0;url=javascript:alert(30)'>",
          "<base href=//evil.example/>",
          "<form action=javascript:alert(31)><input type=submit></form>",
          "<div hx-get=/api/v1/scorers hx-trigger=load hx-on:htmx:load=alert(32)>",
          "<div hx-on::load=\"alert(33)\" data-hx-get=/metrics data-hx-trigger=load>",
          "<div data-chart=//evil.example/x data-spark>",
          "${alert(34)} {{constructor.constructor('alert(34)')()}} #{alert(34)} <%= alert(34) %>",
          "</title><script>alert(35)</script>",
          "</textarea><script>alert(36)</script>",
          "</pre></details><script>alert(37)</script>",
          "\u202e\u2066<script>alert(38)</script>\u2069",
          "\uFEFF<script>alert(39)</script>",
          "<template><script>alert(40)</script></template>",
          "<plaintext>",
          "<xmp><script>alert(41)</script>",
          "--><svg/onload=alert(42)>",
          "<svg><animate onbegin=alert(43) attributeName=x dur=1s>",
          "<link rel=stylesheet href=//evil.example/x.css>",
          "\ud83d lone surrogate <img src=x onerror=alert(44)>");

  private XssCorpus() {}
}
