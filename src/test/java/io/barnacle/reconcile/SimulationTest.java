package io.barnacle.reconcile;

import io.barnacle.testkit.SystemRequirement;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The loop under random faults in virtual time, on all processors. {@code -Dsimulation.runs=N} makes N runs in place of
 * 2,000 (10,000 where no test may be skipped), {@code -Dsimulation.seed=S} one with that seed, {@code -Dsimulation.size=N} all of them with that many nodes. Of a
 * thousand runs that follow each other one has 1,000 nodes, four have 100, twenty have 7 to 26, and the others 2 to 6.
 *
 * <p>In each run holds, else it ends with its seed and the last faults: 20 s after the last fault every node sees exactly the
 * nodes that are there; nobody removes a node that its discovery has just listed, whatever the policy, nor anyone where
 * discovery lists nobody; no node leaves more than {@value Simulation#LONGEST_SILENCE_MS} ms between two refreshes; none
 * asks its discovery more than {@value Simulation#MAX_REQUESTS} times within a second.
 */
class SimulationTest {

  private static final long RUNS = Long.getLong("simulation.runs", SystemRequirement.isStrict() ? 10_000 : 2_000);
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
  void convergesAfterRandomFaults() throws Exception {
    Long seed = Long.getLong("simulation.seed");
    if (seed != null) {
      run(seed);
      return;
    }
    long first = System.nanoTime();
    System.out.println("simulation: " + RUNS + " runs from seed " + first);
    // The long ones first, so that no processor has one left when the others are done.
    Queue<Long> seeds = LongStream.range(first, first + RUNS).boxed()
        .sorted(Comparator.comparing(SimulationTest::sizeOf).reversed()).collect(Collectors.toCollection(ArrayDeque::new));
    runAll(new ConcurrentLinkedQueue<>(seeds));
  }

  /** On all processors, until one fails. */
  private static void runAll(Queue<Long> seeds) throws Exception {
    ExecutorService processors = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Callable<Void>> workers = Collections.nCopies(Runtime.getRuntime().availableProcessors(), () -> {
        try {
          for (Long seed = seeds.poll(); seed != null; seed = seeds.poll()) {
            run(seed);
          }
        } finally {
          seeds.clear(); // nothing is left, or one has failed
        }
        return null;
      });
      for (Future<Void> worker : processors.invokeAll(workers)) {
        worker.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    } finally {
      processors.shutdownNow();
    }
  }

  private static void run(long seed) {
    Integer asked = Integer.getInteger("simulation.size");
    int size = asked == null ? sizeOf(seed) : asked;
    try {
      new Simulation(seed, size, size < LARGE ? FAULTS_MS : FAULTS_MS_OF_LARGE).run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + "; the same again: mvn test -Dtest=SimulationTest -Dsimulation.seed=" + seed
          + (asked == null ? "" : " -Dsimulation.size=" + size) + "\n" + e.getMessage(), e);
    }
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
