package io.barnacle.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A third node joins two that hold 10,000 registrations each, registers 10,000 itself, and is killed. Before and after
 * that, both survivors send 500 requests a second to 50 of its addresses (half of them used only once it is gone), and
 * one of them 100 a second to an address of which the other has a second consumer.
 */
final class Loss {

  private static final int HELD = 10_000;
  private static final int SAMPLED = 25;
  private static final int BEFORE_MS = 10_000;
  private static final int AFTER_MS = 16_000;
  private static final int CPU_MS = 10_000;
  /** A failure that came sooner was not waited for. */
  private static final int AT_ONCE_MS = 500;
  private static final int TIMEOUT_MS = 3_000;
  /** Who failed only then has waited for the timeout, give or take. */
  private static final int HUNG_MS = 2_500;

  private final double joinMs;
  private final int joinWrong;
  private final double staleMs;
  private final long hung;
  private final double cpuMs;
  private final List<Send> lost;

  private Loss(List<Send> lookups, double joinMs, Death death) {
    this.joinMs = joinMs;
    this.joinWrong = (int) lookups.stream().filter(send -> send.outcome() != Send.Outcome.ANSWERED).count();
    this.staleMs = death.staleMs;
    this.hung = death.hung;
    this.cpuMs = death.cpuMs;
    this.lost = death.lost;
  }

  /** Measures one engine after the other, each with the machine to itself. */
  static List<Row> measure(Path directory) throws InterruptedException {
    Loss ours = measure(Engine.BARNACLE, directory);
    Loss peer = measure(Engine.HAZELCAST, directory);
    return List.of(
        new Row("join beside 2 × 10,000: wrong first lookups of 200 when the join is complete",
            ours.join(), peer.join(), "", "0", ours.joinWrong == 0),
        Row.atMost("kill -9 of a node with 10,000: gone from getNodes until all answer NO_HANDLERS at once", "ms",
            ours.staleMs, peer.staleMs, 100),
        Row.atMost("… sends after it was gone that hung until the timeout", "", ours.hung, peer.hung, 0),
        Row.faster("… CPU burnt by the survivors in 10 s, above that before", "ms", Math.max(1, ours.cpuMs),
            Math.max(1, peer.cpuMs), 20),
        Row.atMost("… 100/s to one living and one dead consumer: lost", "", ours.lost.size(), peer.lost.size(), 30),
        Row.atMost("… of the lost, failed only at the timeout", "", ours.late(), peer.late(), 0));
  }

  private String join() {
    return joinWrong + " (join took " + Stats.text(joinMs) + " ms)";
  }

  private long late() {
    return lost.stream().filter(send -> send.tookMicros() >= HUNG_MS * 1000).count();
  }

  private static Loss measure(Engine engine, Path directory) throws InterruptedException {
    try (Nodes nodes = new Nodes(engine, 3, directory)) {
      nodes.startFirst(2);
      List<CompletableFuture<JsonObject>> held = new ArrayList<>();
      JsonArray lookup = new JsonArray();
      for (int index = 0; index < 2; index++) {
        String prefix = "held-" + index;
        held.add(nodes.node(index).send(Nodes.command("register").put("prefix", prefix).put("count", HELD)));
        for (int address = 0; address < 100; address++) {
          lookup.add(prefix + "." + address * (HELD / 100));
        }
      }
      held.forEach(BenchProcess::await);
      JsonObject ready = nodes.start(2, new JsonObject().put("lookup", lookup)).ready();
      nodes.awaitSize(3);
      List<Send> lookups = Send.fromJson(ready.getJsonArray("sends"));
      Pair.keep(directory, engine, "join", ready);
      double joinMs = (ready.getLong("clustered") - ready.getLong("start")) / 1e6;
      return new Loss(lookups, joinMs, new Death(nodes, directory));
    }
  }

  /** The death of the third node. */
  private static final class Death {

    private final double staleMs;
    private final long hung;
    private final double cpuMs;
    private final List<Send> lost;

    private Death(Nodes nodes, Path directory) throws InterruptedException {
      BenchProcess victim = nodes.node(2);
      victim.call(Nodes.command("register").put("prefix", "victim").put("count", HELD));
      for (int index : List.of(1, 2)) {
        nodes.node(index).call(Nodes.command("register").put("prefix", "both").put("count", 1));
      }
      JsonObject lossCommand = Nodes.command("loss").put("victim", victim.node()).put("timeoutMs", TIMEOUT_MS)
          .put("known", sample(0)).put("unknown", sample(HELD / SAMPLED / 2))
          .put("everyMicros", 2000).put("ms", BEFORE_MS + AFTER_MS);
      CompletableFuture<JsonObject> stream = nodes.node(0).send(Nodes.command("stream")
          .put("addresses", new JsonArray().add("both.0")).put("timeoutMs", TIMEOUT_MS)
          .put("everyMicros", 10_000).put("ms", BEFORE_MS + AFTER_MS));
      List<CompletableFuture<JsonObject>> probes = List.of(
          nodes.node(0).send(lossCommand), nodes.node(1).send(lossCommand));

      TimeUnit.MILLISECONDS.sleep(BEFORE_MS - CPU_MS / 2 - 500); // the second half of it is what CPU is compared with
      double base = cpu(nodes, CPU_MS / 2) * 2;
      CompletableFuture<Double> burnt = CompletableFuture.supplyAsync(() -> cpu(nodes, CPU_MS));
      long killed = victim.kill();
      this.cpuMs = burnt.join() - base;

      JsonObject samples = new JsonObject()
          .put("killed", killed).put("cpuMsBefore", base).put("cpuMsAfter", base + cpuMs);
      double stale = 0;
      long hanging = 0;
      for (int index = 0; index < probes.size(); index++) {
        JsonObject probe = BenchProcess.await(probes.get(index));
        samples.put("survivor" + index, probe);
        if (probe.getLong("gone") == null) {
          throw new IllegalStateException(nodes.engine().label() + ": the dead node is still among the nodes");
        }
        long gone = probe.getLong("gone");
        List<Send> after = Send.fromJson(probe.getJsonArray("sends")).stream()
            .filter(send -> send.issued() > gone).toList();
        stale = Math.max(stale, after.stream().filter(send -> !send.isNoHandlersWithin(AT_ONCE_MS))
            .mapToDouble(send -> (send.issued() - gone) / 1e6).max().orElse(0));
        hanging += after.stream().filter(send -> send.tookMicros() >= HUNG_MS * 1000).count();
      }
      this.staleMs = stale;
      this.hung = hanging;
      JsonObject streamed = BenchProcess.await(stream);
      samples.put("stream", streamed);
      Pair.keep(directory, nodes.engine(), "loss", samples);
      this.lost = Send.fromJson(streamed.getJsonArray("sends")).stream()
          .filter(send -> send.outcome() != Send.Outcome.ANSWERED).toList();
    }

    private static JsonArray sample(int offset) {
      JsonArray addresses = new JsonArray();
      for (int index = 0; index < SAMPLED; index++) {
        addresses.add("victim." + (offset + index * (HELD / SAMPLED)));
      }
      return addresses;
    }

    /** Milliseconds of CPU that the survivors use in so many of wall clock from now on. */
    private static double cpu(Nodes nodes, int millis) {
      long before = nanos(nodes);
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return (nanos(nodes) - before) / 1e6;
    }

    private static long nanos(Nodes nodes) {
      return nodes.all(2, Nodes.command("cpu")).stream().mapToLong(answer -> answer.getLong("nanos")).sum();
    }
  }
}
