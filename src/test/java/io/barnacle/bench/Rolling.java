package io.barnacle.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Five nodes serve one address, a sixth sends 500 requests a second to it; the five are restarted one after the other
 * with SIGTERM, each as soon as the one before is back among all. {@code bench.rolls} says how many times; default 10.
 */
final class Rolling {

  private static final int SERVERS = 5;
  /** The client sends in pieces of this length, so that it ends soon after the last restart. */
  private static final int PIECE_MS = 2000;
  private static final int TIMEOUT_MS = 5000;
  private static final Duration CLOSES = Duration.ofSeconds(60);

  private Rolling() {
  }

  /** Measures one engine after the other. */
  static List<Row> measure(Path directory) throws InterruptedException {
    int rolls = Integer.getInteger("bench.rolls", 10);
    JsonObject ours = measure(Engine.BARNACLE, SERVERS, rolls, directory);
    JsonObject peer = measure(Engine.HAZELCAST, SERVERS, rolls, directory);
    return List.of(new Row(rolls + " rolling restarts of " + SERVERS + " nodes, 500 requests/s: failed",
        text(ours), text(peer), "", "0", ours.getInteger("failed") == 0));
  }

  private static String text(JsonObject result) {
    return result.getInteger("failed") + " of " + result.getInteger("sent") + " (" + result.getInteger("TIMEOUT")
        + " timed out)";
  }

  /** Measures an engine: how many were sent, how many failed, and those with their times. */
  static JsonObject measure(Engine engine, int servers, int rolls, Path directory) throws InterruptedException {
    return measure(engine, servers, new JsonObject(), Collections.nCopies(rolls + 1, new JsonObject()), directory);
  }

  /**
   * The same with cluster options.
   *
   * @param client those of the client, which is not restarted
   * @param rolls those of the servers: first at the start, then after each round of restarts
   */
  static JsonObject measure(Engine engine, int servers, JsonObject client, List<JsonObject> rolls, Path directory)
      throws InterruptedException {
    try (Nodes nodes = new Nodes(engine, servers + 1, directory)) {
      for (int index = 0; index < servers; index++) {
        nodes.start(index, server(rolls.get(0))).ready();
      }
      BenchProcess sender = nodes.start(servers, new JsonObject().put("cluster", client));
      sender.ready();
      nodes.awaitSize(servers + 1);
      Load load = new Load(sender);
      CompletableFuture<JsonObject> result = CompletableFuture.supplyAsync(load::run);
      for (JsonObject roll : rolls.subList(1, rolls.size())) {
        for (int index = 0; index < servers; index++) {
          nodes.node(index).terminate(CLOSES);
          nodes.start(index, server(roll)).ready();
          nodes.awaitSize(servers + 1);
        }
      }
      load.over = true;
      JsonObject counted = BenchProcess.await(result);
      Pair.keep(directory, engine, "rolling", counted);
      return counted;
    }
  }

  private static JsonObject server(JsonObject cluster) {
    return new JsonObject().put("serve", "shared").put("cluster", cluster);
  }

  /** The client: one piece always follows the other, the next one given before the last one's answers are in. */
  private static final class Load {

    private final BenchProcess client;
    private volatile boolean over;

    private Load(BenchProcess client) {
      this.client = client;
    }

    private JsonObject run() {
      int[] outcomes = new int[Send.Outcome.values().length];
      JsonArray failures = new JsonArray();
      CompletableFuture<Void> counted = CompletableFuture.completedFuture(null);
      while (!over) {
        CompletableFuture<JsonObject> piece = client.send(Nodes.command("stream")
            .put("addresses", new JsonArray().add("shared.0")).put("timeoutMs", TIMEOUT_MS)
            .put("everyMicros", 2000).put("ms", PIECE_MS));
        counted = counted.thenCombine(piece, (none, answer) -> {
          for (Send send : Send.fromJson(answer.getJsonArray("sends"))) {
            outcomes[send.outcome().ordinal()]++;
            if (send.outcome() != Send.Outcome.ANSWERED) {
              failures.add(Send.toJson(List.of(send)).getJsonArray(0));
            }
          }
          return null;
        });
        try {
          TimeUnit.MILLISECONDS.sleep(PIECE_MS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          break;
        }
      }
      counted.join();
      JsonObject result = new JsonObject();
      int sent = 0;
      for (Send.Outcome outcome : Send.Outcome.values()) {
        result.put(outcome.name(), outcomes[outcome.ordinal()]);
        sent += outcomes[outcome.ordinal()];
      }
      return result.put("sent", sent).put("failed", sent - outcomes[Send.Outcome.ANSWERED.ordinal()])
          .put("failures", failures);
    }
  }
}
