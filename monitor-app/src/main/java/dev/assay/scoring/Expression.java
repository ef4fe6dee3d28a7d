package dev.assay.scoring;

import com.google.re2j.Pattern;
import dev.assay.model.Trace;
import dev.assay.redaction.Patterns;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelTypes;
import dev.cel.common.types.StructTypeReference;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.parser.CelUnparserFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelLateFunctionBindings;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.CelVariableResolver;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A compiled CEL expression over {@code trace}. Safe for use by several threads.
 *
 * <p>Within CEL, two functions are Assay's own, because CEL's are not linear in the text or compile
 * a pattern at each call: {@code contains}, and {@code matches}, whose pattern must be a literal
 * and is compiled when the expression is.
 */
final class Expression {
  static final int MAX_CHARS = 4_000;

  private static final int MAX_DEPTH = 50;
  private static final int MAX_NODES = 2_000;
  // The budget stops an expression before this does; it holds where nothing is evaluated within.
  private static final int MAX_ITERATIONS = 1_000_000;
  private static final Set<CelKind> RESULTS =
      EnumSet.of(
          CelKind.BOOL, CelKind.INT, CelKind.UINT, CelKind.DOUBLE, CelKind.STRING, CelKind.DYN);

  private final String source;
  private final CelRuntime.Program program;
  private final Map<String, Pattern> patterns;
  private final boolean searches;
  private final Map<Long, String> conjuncts;

  private Expression(
      String source,
      CelRuntime.Program program,
      Map<String, Pattern> patterns,
      boolean searches,
      Map<Long, String> conjuncts) {
    this.source = source;
    this.program = program;
    this.patterns = patterns;
    this.searches = searches;
    this.conjuncts = conjuncts;
  }

  /** The environment takes long to build, and is the same for all. */
  private static final class Environment {
    static final Cel CEL =
        CelFactory.plannerCelBuilder()
            .setOptions(
                CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .maxExpressionCodePointSize(MAX_CHARS)
                    .maxParseRecursionDepth(MAX_DEPTH)
                    .maxParseExpressionNodeCount(MAX_NODES)
                    .maxParseErrorRecoveryLimit(10)
                    .comprehensionMaxIterations(MAX_ITERATIONS)
                    .populateMacroCalls(true)
                    .build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(strings())
            .addRuntimeLibraries(strings())
            .setTypeProvider(new TraceShapes())
            .setStandardFunctions(
                CelStandardFunctions.newBuilder()
                    .excludeFunctions(StandardFunction.MATCHES, StandardFunction.CONTAINS)
                    .build())
            .addVar("trace", StructTypeReference.create("assay.Trace"))
            .addLateBoundFunctions("matches", "contains")
            .build();

    // not those whose cost is the product of their arguments: replace, join, split, indexOf
    private static CelStringExtensions strings() {
      return CelExtensions.strings(
          CelStringExtensions.Function.CHAR_AT,
          CelStringExtensions.Function.LOWER_ASCII,
          CelStringExtensions.Function.SUBSTRING,
          CelStringExtensions.Function.TRIM,
          CelStringExtensions.Function.UPPER_ASCII);
    }
  }

  /**
   * Compiles an expression.
   *
   * @throws InvalidScorerException with line and column, both from 1, of each mistake
   */
  static Expression compile(String source) throws InvalidScorerException {
    var result = Environment.CEL.compile(source);
    if (result.hasError()) {
      throw invalid(
          result.getErrors().stream().map(Expression::described).collect(Collectors.joining("; ")));
    }
    try {
      var ast = result.getAst();
      if (!RESULTS.contains(ast.getResultType().kind())) {
        throw invalid(
            "its value is %s; allowed: bool, int, uint, double, string"
                .formatted(CelTypes.format(ast.getResultType())));
      }
      var patterns = new HashMap<String, Pattern>();
      boolean searches = false;
      for (var node : CelNavigableAst.fromAst(ast).getRoot().allNodes().toList()) {
        if (node.getKind() == Kind.CALL) {
          var call = node.expr().call();
          searches |= call.function().equals("contains");
          if (call.function().equals("matches")) {
            addPattern(ast, call.args().getLast(), patterns);
          }
        }
      }
      return new Expression(
          source,
          Environment.CEL.createProgram(ast),
          Map.copyOf(patterns),
          searches,
          conjuncts(ast));
    } catch (CelValidationException | CelEvaluationException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  String source() {
    return source;
  }

  /** Ids and texts of what the outermost {@code &&} joins; empty where there is none. */
  Map<Long, String> conjuncts() {
    return conjuncts;
  }

  Object evaluate(Trace trace, ExpressionBudget budget) throws CelEvaluationException {
    var root = Optional.<Object>of(TraceShapes.TRACE.of(trace, budget));
    CelVariableResolver variables = name -> name.equals("trace") ? root : Optional.empty();
    return patterns.isEmpty() && !searches
        ? program.trace(variables, budget)
        : program.trace(variables, functions(budget), budget);
  }

  @SuppressWarnings("Immutable") // the bindings live as long as one evaluation, in one thread
  private CelLateFunctionBindings functions(ExpressionBudget budget) {
    return CelLateFunctionBindings.from(
        CelFunctionBinding.from(
            "contains_string", String.class, String.class, TextSearch::contains),
        CelFunctionBinding.from(
            "matches",
            String.class,
            String.class,
            (text, pattern) -> matches(text, pattern, budget)),
        CelFunctionBinding.from(
            "matches_string",
            String.class,
            String.class,
            (text, pattern) -> matches(text, pattern, budget)));
  }

  private boolean matches(String text, String literal, ExpressionBudget budget) {
    var pattern = patterns.get(literal);
    if (pattern == null) {
      throw new IllegalStateException("a pattern that is not in the expression");
    }
    budget.chargeMatch(text, pattern.programSize());
    return pattern.matcher(text).find();
  }

  private static void addPattern(
      CelAbstractSyntaxTree ast, CelExpr argument, Map<String, Pattern> patterns)
      throws InvalidScorerException {
    var at = location(ast, argument.id());
    if (argument.getKind() != Kind.CONSTANT
        || argument.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
      throw invalid(
          at + "the pattern of matches() must be a literal: text of a trace is no pattern");
    }
    var literal = argument.constant().stringValue();
    try {
      patterns.put(literal, Patterns.compile(literal));
    } catch (IllegalArgumentException e) {
      throw invalid(at + "the pattern of matches(): " + e.getMessage());
    }
  }

  private static Map<Long, String> conjuncts(CelAbstractSyntaxTree ast) {
    var conjuncts = new LinkedHashMap<Long, String>();
    collect(ast.getExpr(), ast, conjuncts);
    return conjuncts.size() < 2 ? Map.of() : conjuncts;
  }

  private static void collect(
      CelExpr expr, CelAbstractSyntaxTree ast, Map<Long, String> conjuncts) {
    if (expr.getKind() == Kind.CALL && expr.call().function().equals("_&&_")) {
      expr.call().args().forEach(arg -> collect(arg, ast, conjuncts));
    } else {
      var part = CelAbstractSyntaxTree.newParsedAst(expr, ast.getSource());
      conjuncts.put(expr.id(), CelUnparserFactory.newUnparser().unparse(part));
    }
  }

  private static String described(CelIssue issue) {
    return at(issue.getSourceLocation()) + issue.getMessage();
  }

  private static String location(CelAbstractSyntaxTree ast, long id) {
    var offset = ast.getSource().getPositionsMap().get(id);
    return offset == null
        ? ""
        : ast.getSource().getOffsetLocation(offset).map(Expression::at).orElse("");
  }

  // CEL counts columns from 0
  private static String at(CelSourceLocation location) {
    return location.getLine() < 1
        ? ""
        : "line %d, column %d: ".formatted(location.getLine(), location.getColumn() + 1);
  }

  private static InvalidScorerException invalid(String problem) {
    return new InvalidScorerException("parameters.expression", problem);
  }
}
