package io.barnacle.reconcile;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The loop under random faults in virtual time. {@code -Dsimulation.runs=N} makes N runs in place of 2,000,
 * {@code -Dsimulation.seed=S} one with that seed, {@code -Dsimulation.size=N} all of them with that many nodes. Of a
 * thousand runs that follow each other one has 1,000 nodes, four have 100, twenty have 7 to 26, and the others 2 to 6.
 */
class SimulationTest {

  private static final long RUNS = Long.getLong("simulation.runs", 2_000);
  private static final long FAULTS_MS = 20_000;
  private static final int LARGE = 500;
  /** Three or four faults, each of which is told to every node of every other. */
  private static final long FAULTS_MS_OF_LARGE = 8_000;
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
  @Timeout(value = 30, unit = TimeUnit.MINUTES) // for as many runs as one likes, on a busy machine
  void convergesAfterRandomFaults() {
    Long seed = Long.getLong("simulation.seed");
    if (seed != null) {
      run(seed);
      return;
    }
    long first = System.nanoTime();
    System.out.println("simulation: " + RUNS + " runs from seed " + first);
    for (long run = 0; run < RUNS; run++) {
      run(first + run);
    }
  }

  private static void run(long seed) {
    int size = Integer.getInteger("simulation.size", sizeOf(seed));
    new Simulation(seed, size, size < LARGE ? FAULTS_MS : FAULTS_MS_OF_LARGE).run();
  }

  private static int sizeOf(long seed) {
    int turn = (int) Math.floorMod(seed, 1_000L);
    if (turn == 0) {
      return 1_000;
    }
    if (turn % 250 == 1) {
      return 100;
    }
    return turn % 50 == 2 ? 7 + turn / 50 : 2 + turn % 5;
  }
}
