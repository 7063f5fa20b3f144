package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.SystemRequirement;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Five Barnacle nodes with default settings survive the faults of {@link Scenario} within its limits; here those that pass
 * on a busy machine too and fit into a build's time, the others are in {@link ChaosTable}. The nodes' logs are in
 * {@code target/netns}.
 */
@Tag("netns")
class SelfHealingNetIT {

  private static final int SIZE = 5;

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

  @ParameterizedTest
  @EnumSource(value = Scenario.class, names = {"KILL", "ENGINE_TERMINATED", "ENGINE_MERGE_FAILED", "SILENT_LINK"})
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
