package io.barnacle;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;

/** Which package may use which of ours; the arrows point one way. */
@AnalyzeClasses(packages = "io.barnacle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.barnacle";

  @ArchTest
  static final ArchRule NODE = uses("node");
  @ArchTest
  static final ArchRule INTERNAL = uses("internal");
  @ArchTest
  static final ArchRule STRATEGY = uses("strategy", "node");
  @ArchTest
  static final ArchRule EPMD = uses("strategy.epmd", "strategy", "node", "internal");
  @ArchTest
  static final ArchRule DNS = uses("strategy.dns", "strategy", "node", "internal");
  @ArchTest
  static final ArchRule CUSTOM = uses("strategy.custom", "strategy", "node", "internal");
  @ArchTest
  static final ArchRule CLUSTER = uses("cluster", "node", "internal");
  @ArchTest
  static final ArchRule REGISTRY = uses("cluster.registry", "cluster", "internal");
  @ArchTest
  static final ArchRule HAZELCAST =
      uses("cluster.hazelcast", "cluster", "cluster.registry", "strategy", "node", "internal");
  @ArchTest
  static final ArchRule EVENT = uses("event", "node", "strategy", "cluster");
  @ArchTest
  static final ArchRule RECONCILE = uses("reconcile", "node", "strategy", "cluster", "event", "internal");
  @ArchTest
  static final ArchRule CANARY = uses("canary", "node", "cluster", "event", "internal");
  @ArchTest
  static final ArchRule CONTROL = uses("control", "event", "reconcile", "cluster", "node");

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("io.barnacle.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule HAZELCAST_IN_ONE_PLACE = noClasses()
      .that().resideOutsideOfPackages("io.barnacle.cluster.hazelcast..")
      .and().doNotHaveFullyQualifiedName("io.barnacle.BarnacleServiceProvider")
      .should().dependOnClassesThat().resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast..");

  @ArchTest
  static final ArchRule PICOCLI_IN_THE_COMMAND_LINE = noClasses()
      .that().resideOutsideOfPackage("io.barnacle.cli..")
      .should().dependOnClassesThat().resideInAPackage("picocli..");

  /** What comes from the network is read field by field: no object is made of a class that the other side names. */
  @ArchTest
  static final ArchRule NO_JAVA_SERIALIZATION = noClasses()
      .should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream")
      .orShould().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectOutputStream")
      .orShould().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInput")
      .orShould().dependOnClassesThat().haveFullyQualifiedName("java.io.Externalizable")
      .orShould().dependOnClassesThat().resideInAnyPackage("java.rmi..", "java.beans..", "javax.management.remote..")
      .orShould().callMethodWhere(target(name("readObject").or(name("writeObject"))))
      .because("Hazelcast's readObject and writeObject fall back to Java serialization, and so do they all");

  /** A package may use itself, those that are named, and everything that is not ours. */
  private static ArchRule uses(String name, String... others) {
    List<String> ours = new ArrayList<>(List.of(ROOT + "." + name));
    for (String other : others) {
      ours.add(ROOT + "." + other);
    }
    DescribedPredicate<JavaClass> foreign = DescribedPredicate.not(resideInAPackage(ROOT + ".."));
    return classes().that().resideInAPackage(ROOT + "." + name)
        .should().onlyDependOnClassesThat(foreign.or(resideInAnyPackage(ours.toArray(String[]::new))));
  }
}
