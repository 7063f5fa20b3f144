package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.SystemRequirement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Why {@code fast} may be the default: a pause that a busy host or a garbage collector makes costs nobody its membership. */
@Tag("netns")
class PausesNetIT {

  private static final int SIZE = 5;
  private static final int PAUSES = 20;
  private static final long PAUSE_MS = 1_500;
  private static final int SHORTEST_GAP_MS = 100;
  private static final int GAP_RANGE_MS = 300;
  private static final Duration FORMED = Duration.ofSeconds(30);
  private static final Duration RIGHT = Duration.ofSeconds(15);

  private NodeCluster cluster;
  private final List<Thread> load = new ArrayList<>();

  @BeforeEach
  void build() {
    SystemRequirement.require(NetLab.missing().isEmpty(), NetLab.missing().orElse(""));
    cluster = new NodeCluster(Engine.BARNACLE, SIZE, Path.of("target", "netns", "pauses"));
  }

  @AfterEach
  void remove() {
    load.forEach(Thread::interrupt);
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void twentyPausesUnderFullLoadLoseNoMember() throws InterruptedException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    cluster.start();
    Rightness.Verdict formed = cluster.awaitRight(System.nanoTime(), FORMED);
    assertTrue(formed.took() != null, "before the pauses: " + formed.last());

    keepEveryProcessorBusy();
    List<Integer> paused = new ArrayList<>();
    cluster.journal().mark(System.nanoTime());
    for (int pause = 0; pause < PAUSES; pause++) {
      int node = 1 + random.nextInt(SIZE);
      paused.add(node);
      cluster.stop(node);
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      cluster.cont(node);
      TimeUnit.MILLISECONDS.sleep(SHORTEST_GAP_MS + random.nextInt(GAP_RANGE_MS));
    }
    String said = "seed " + seed + ", oldest " + cluster.journal().oldest() + ", paused " + paused;
    System.out.println(said);
    assertEquals(List.of(), cluster.journal().changes(), said);
    load.forEach(Thread::interrupt);
    Rightness.Verdict after = cluster.awaitRight(System.nanoTime(), RIGHT);
    assertTrue(after.took() != null, said + ": " + after.last());
    assertEquals(List.of(), cluster.journal().changes(), said);
  }

  private void keepEveryProcessorBusy() {
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      Thread thread = new Thread(() -> {
        while (!Thread.currentThread().isInterrupted()) {
          Thread.onSpinWait();
        }
      }, "load " + i);
      thread.setDaemon(true);
      thread.start();
      load.add(thread);
    }
  }
}
