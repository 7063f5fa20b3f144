package io.barnacle.reconcile;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The loop under random faults in virtual time. {@code -Dsimulation.runs=N} makes N small runs in place of
 * 3,000, {@code -Dsimulation.seed=S} one with that seed, {@code -Dsimulation.size=N} with that many nodes,
 * {@code -Dsimulation.large=N} a large run of N nodes in place of 100 (1,000 take minutes).
 */
class SimulationTest {

  private static final long RUNS = Long.getLong("simulation.runs", 3_000);
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
    int size = Integer.getInteger("simulation.large", 100);
    System.out.println("simulation: " + size + " nodes from seed " + seed);
    new Simulation(seed, size, FAULTS_MS).run();
  }

  private static int sizeOf(long seed) {
    return 2 + (int) Math.floorMod(seed, 5L);
  }
}
