package io.barnacle.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three plain vertx-hazelcast processes are replaced by Barnacle with the registry {@code partitioned}, one after the other, and
 * then one of them is taken back: after each step all of them are one cluster, and each reaches what each serves.
 */
class RollingMoveIT {

  private static final int SIZE = 3;
  private static final Duration CLOSES = Duration.ofSeconds(60);

  @Test
  void plainNodesAndOursShareAClusterWhileTheyAreReplaced(@TempDir Path directory) throws Exception {
    try (Nodes nodes = new Nodes(Engine.HAZELCAST, SIZE, directory)) {
      for (int index = 0; index < SIZE; index++) {
        start(nodes, index, Engine.HAZELCAST);
      }
      assertEverybodyReachesEverybody(nodes, "before");
      for (int index = 0; index < SIZE; index++) {
        nodes.node(index).terminate(CLOSES);
        start(nodes, index, Engine.PARTITIONED);
        assertEverybodyReachesEverybody(nodes, "after " + (index + 1) + " were replaced");
      }
      nodes.node(0).terminate(CLOSES);
      start(nodes, 0, Engine.HAZELCAST);
      assertEverybodyReachesEverybody(nodes, "after one went back");
    }
  }

  private static void start(Nodes nodes, int index, Engine engine) {
    nodes.start(index, new JsonObject().put("engine", engine.name()).put("serve", "own-" + index)).ready();
    nodes.node(index).call(Nodes.command("register").put("prefix", "shared").put("count", 1));
  }

  private static void assertEverybodyReachesEverybody(Nodes nodes, String when) throws InterruptedException {
    nodes.awaitSize(SIZE);
    JsonArray addresses = new JsonArray().add("shared.0");
    for (int index = 0; index < SIZE; index++) {
      addresses.add("own-" + index + ".0");
    }
    JsonObject ask = Nodes.command("stream").put("addresses", addresses).put("timeoutMs", 5_000)
        .put("everyMicros", 20_000).put("ms", 1_000);
    for (int index = 0; index < SIZE; index++) {
      int asker = index;
      List<Send> sends = Send.fromJson(nodes.node(index).call(ask).getJsonArray("sends"));
      assertTrue(sends.size() > 2 * addresses.size(), () -> when + ": only " + sends.size());
      assertTrue(sends.stream().allMatch(send -> send.outcome() == Send.Outcome.ANSWERED),
          () -> when + ", asked by " + asker + ": " + Send.toJson(sends));
    }
  }
}
