package io.barnacle.reconcile;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/**
 * The loop under random faults in virtual time. {@code -Dsimulation.runs=N} runs more than 10,000 small runs,
 * {@code -Dsimulation.seed=S} one run with that seed, {@code -Dsimulation.size=N} with that many nodes,
 * {@code -Dsimulation.large=N} one large run of N nodes (default 200; 1,000 take minutes).
 */
@Disabled("not yet: in one run of a hundred a member is removed that has not missed three probes (seed 61, 3 nodes); whether"
    + " the loop or the model is wrong is not known")
class SimulationTest {

  private static final long RUNS = Long.getLong("simulation.runs", 10_000);
  private static final long FAULTS_MS = 20_000;
  private static final java.util.logging.Logger LOG = java.util.logging.Logger.getLogger("io.barnacle.reconcile");

  /** The loop tells of every failure, as it should; here there are millions. */
  @BeforeAll
  static void silence() {
    LOG.setLevel(java.util.logging.Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(null);
  }

  @Test
  void convergesAfterRandomFaults() {
    Long seed = Long.getLong("simulation.seed");
    if (seed != null) {
      new Simulation(seed, Integer.getInteger("simulation.size", sizeOf(seed)), FAULTS_MS).run();
      return;
    }
    long first = System.nanoTime();
    System.out.println("simulation: " + RUNS + " runs from seed " + first);
    for (long run = 0; run < RUNS; run++) {
      new Simulation(first + run, sizeOf(first + run), FAULTS_MS).run();
    }
  }

  @Test
  void convergesWithManyNodes() {
    long seed = System.nanoTime();
    int size = Integer.getInteger("simulation.large", 200);
    System.out.println("simulation: " + size + " nodes from seed " + seed);
    new Simulation(seed, size, FAULTS_MS).run();
  }

  private static int sizeOf(long seed) {
    return 2 + (int) Math.floorMod(seed, 5L);
  }
}
