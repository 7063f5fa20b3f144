package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.SystemRequirement;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five Barnacle nodes with default settings survive the faults of {@link Scenario} within its limits: in each build those that
 * fit into its time, and all of them with {@code mvn -Pfaults verify}. {@link ChaosTable} compares with vertx-hazelcast. The
 * nodes' logs are in {@code target/netns}.
 */
@Tag("netns")
@Timeout(300) // six cuts of 13 s, with 13 s between them, and their checks
class SelfHealingNetIT {

  private static final int SIZE = 5;
  /** The split comes last: the first merge of a JVM takes some tenths of a second longer, near to the limit on a busy machine. */
  private static final List<Scenario> IN_BUILD = List.of(Scenario.KILL, Scenario.HANG_OLDEST, Scenario.ENGINE_TERMINATED,
      Scenario.ENGINE_MERGE_FAILED, Scenario.SILENT_LINK, Scenario.SPLIT_3_2);

  private static NodeCluster cluster;

  @BeforeAll
  static void require() {
    SystemRequirement.require(NetLab.missing().isEmpty(), NetLab.missing().orElse(""));
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Those of the build, or what {@code netns.scenarios} names: {@code all}, or some, separated by commas. */
  static List<Scenario> scenarios() {
    String chosen = System.getProperty("netns.scenarios", "");
    if (chosen.equals("all")) {
      return List.of(Scenario.values());
    }
    return chosen.isEmpty() ? IN_BUILD : Arrays.stream(chosen.split(",")).map(Scenario::valueOf).toList();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everythingIsRightInTime(Scenario scenario) throws InterruptedException {
    provideClusterFor(scenario);
    Chaos chaos = Chaos.run(scenario, cluster);
    for (Measure measure : chaos.measures()) {
      System.out.println(scenario + " " + measure);
    }
    chaos.measures().forEach(measure -> assertTrue(measure.isWithinLimit(), measure.toString()));
  }

  /** The same nodes go through one fault after the other; a cluster that did not heal is replaced. */
  private static void provideClusterFor(Scenario scenario) throws InterruptedException {
    if (cluster != null && (scenario.startsNodes() || !cluster.isUsable())) {
      cluster.close();
      cluster = null;
    }
    if (cluster == null) {
      cluster = new NodeCluster(Engine.BARNACLE, SIZE, Path.of("target", "netns"));
    }
  }
}
