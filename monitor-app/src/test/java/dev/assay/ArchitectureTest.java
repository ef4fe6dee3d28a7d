package dev.assay;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/** The table of ARCHITECTURE.md: which package may use which, and the rules beside it. */
@AnalyzeClasses(packages = "dev.assay", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Package to the packages of ours it may use. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", List.of()),
          Map.entry("metrics", List.of()),
          Map.entry("terminal", List.of()),
          Map.entry("wire", List.of("model", "schemas")),
          Map.entry("sampling", List.of("model")),
          Map.entry("redaction", List.of("model")),
          Map.entry("scoring", List.of("model", "redaction")),
          Map.entry("ingest", List.of("model", "wire", "metrics")),
          Map.entry("assembly", List.of("model", "wire", "metrics")),
          Map.entry("registry", List.of("model", "wire", "metrics")),
          Map.entry("judging", List.of("model", "scoring")),
          Map.entry("worker", List.of("model", "scoring", "wire", "metrics")),
          Map.entry("quality", List.of("model", "wire", "metrics")),
          Map.entry("lookup", List.of("model", "wire")),
          Map.entry("explain", List.of("model", "wire", "terminal")),
          Map.entry(
              "pipeline",
              List.of(
                  "model",
                  "wire",
                  "metrics",
                  "sampling",
                  "redaction",
                  "scoring",
                  "ingest",
                  "assembly",
                  "registry",
                  "quality",
                  "lookup")),
          Map.entry("api", List.of("model", "wire", "registry", "quality", "lookup", "metrics")));

  @ArchTest
  static void eachPackageUsesOnlyWhatItsRowAllows(
      com.tngtech.archunit.core.domain.JavaClasses classes) {
    MAY_USE.forEach((name, allowed) -> {
      var permitted = new ArrayList<String>();
      permitted.add("dev.assay." + name + "..");
      allowed.forEach(other -> permitted.add("dev.assay." + other + ".."));
      noClasses()
          .that()
          .resideInAPackage("dev.assay." + name + "..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.assay..")
                  .and(
                      DescribedPredicate.not(resideInAnyPackage(permitted.toArray(String[]::new)))))
          .because(
              "stages meet in pipeline or through a topic; %s may use %s".formatted(name, allowed))
          .allowEmptyShould(true)
          .check(classes);
    });
  }

  @ArchTest
  static final ArchRule noCycles =
      slices()
          .matching("dev.assay.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a package that can be read alone can be changed alone");

  @ArchTest
  static final ArchRule generatedClassesOnlyInWire =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.assay.wire..", "dev.assay.schemas..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.assay.schemas..", "io.opentelemetry.proto..")
          .because("a change of wire format then ends at one package");

  @ArchTest
  static final ArchRule noKafkaWhereNothingIsSent =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.assay.model..",
              "dev.assay.sampling..",
              "dev.assay.redaction..",
              "dev.assay.scoring..",
              "dev.assay.judging..",
              "dev.assay.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..")
          .because("these are functions of their arguments, tested without a broker");

  @ArchTest
  static final ArchRule pluginAuthorsNeedOnlyJava =
      classes()
          .that()
          .resideInAPackage("dev.assay.model..")
          .or(simpleNames("Scorer", "ScorerFactory", "Parameter", "InvalidScorerException"))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "dev.assay.model..", "dev.assay.scoring..", "org.jspecify..")
          .because("a plugin compiles against model and scoring and nothing else");

  @ArchTest
  static final ArchRule modelProvidersOnlyInJudging =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.assay.judging..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.langchain4j..")
          .because("providers come and go");

  @ArchTest
  static final ArchRule httpServerOnlyAtTheEdges =
      noClasses()
          .that()
          .resideInAnyPackage("dev.assay.(*)..")
          .and()
          .resideOutsideOfPackages(
              "dev.assay.ingest..", "dev.assay.api..", "dev.assay.demo..", "dev.assay.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.linecorp.armeria..")
          .because("stages are reached through topics");

  @ArchTest
  static final ArchRule timeAndChanceAreGiven =
      noClasses()
          .that()
          .resideInAnyPackage("dev.assay.(*)..")
          .and()
          .resideOutsideOfPackages("dev.assay.demo..", "dev.assay.bench..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(ThreadLocalRandom.class, "current")
          .orShould()
          .callMethod(Math.class, "random")
          .because("a test sets the clock and the seed");

  @ArchTest
  static final ArchRule nobodyImportsTheTop =
      noClasses()
          .that()
          .resideInAnyPackage("dev.assay.(*)..")
          .and()
          .resideOutsideOfPackages(
              "dev.assay.pipeline..", "dev.assay.api..", "dev.assay.demo..", "dev.assay.bench..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.assay.pipeline..", "dev.assay.api..", "dev.assay"))
          .because("the composition root is the only one who knows them all");

  @ArchTest
  static void everyPackageIsNullMarked(com.tngtech.archunit.core.domain.JavaClasses classes) {
    classes()
        .that()
        .resideInAPackage("dev.assay..")
        .should(beInANullMarkedPackage())
        .check(classes);
  }

  private static com.tngtech.archunit.lang.ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new com.tngtech.archunit.lang.ArchCondition<>("be in a @NullMarked package") {
      @Override
      public void check(JavaClass item, com.tngtech.archunit.lang.ConditionEvents events) {
        boolean generated =
            item.getPackageName().startsWith("dev.assay.schemas")
                || item.getPackageName().startsWith("dev.assay.api.pages");
        if (!generated && !item.getPackage().isAnnotatedWith(NullMarked.class)) {
          events.add(
              com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                  item, item.getPackageName() + " has no @NullMarked package-info"));
        }
      }
    };
  }

  private static DescribedPredicate<JavaClass> simpleNames(String... names) {
    return DescribedPredicate.describe(
        "one of " + List.of(names),
        type ->
            type.getPackageName().equals("dev.assay.scoring")
                && List.of(names).contains(type.getSimpleName()));
  }
}
