package io.barnacle.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What registrations cost, measured on a {@link Pair} in turns. */
final class Registry {

  private static final int ROUNDS = 3;

  private Registry() {
  }

  /** Heap of the whole cluster per registration, with 10,000 of each node. */
  static List<Row> heap(Pair pair) {
    double ours = heap(pair, pair.ours());
    return List.of(Row.atMost("heap of three nodes per registration", "B", ours, heap(pair, pair.peer()), 1100));
  }

  private static double heap(Pair pair, Nodes nodes) {
    int count = 10_000;
    long empty = used(nodes);
    for (int index = 0; index < Pair.SIZE; index++) {
      nodes.node(index).call(named("register", "heap-" + index).put("count", count));
    }
    long full = used(nodes);
    for (int index = 0; index < Pair.SIZE; index++) {
      nodes.node(index).call(named("unregister", "heap-" + index));
    }
    long after = used(nodes);
    pair.keep(nodes.engine(), "heap", new JsonObject().put("empty", empty).put("full", full).put("after", after));
    return (double) (full - empty) / (Pair.SIZE * count);
  }

  private static long used(Nodes nodes) {
    return nodes.all(Pair.SIZE, Nodes.command("heap")).stream().mapToLong(answer -> answer.getLong("bytes")).sum();
  }

  /** One registration after the other, in turns of 500. */
  static List<Row> single(Pair pair) {
    List<Number> ours = new ArrayList<>();
    List<Number> peer = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ours.addAll(single(pair.ours(), round));
      peer.addAll(single(pair.peer(), round));
    }
    pair.keep(Engine.BARNACLE, "single", new JsonObject().put("micros", new JsonArray(ours)));
    pair.keep(Engine.HAZELCAST, "single", new JsonObject().put("micros", new JsonArray(peer)));
    return List.of(Row.notMore("one registration, call to completion, p50", "µs",
        ours, peer));
  }

  private static List<Number> single(Nodes nodes, int round) {
    String prefix = "single-" + round;
    JsonArray micros = nodes.node(0).call(named("single", prefix).put("count", 500)).getJsonArray("micros");
    nodes.node(0).call(named("unregister", prefix));
    return micros.stream().map(Number.class::cast).toList();
  }

  /** Whether another node reaches a consumer as soon as its registration is complete. */
  static List<Row> visible(Pair pair) {
    return List.of(Row.atMost("NO_HANDLERS on another node after completion, of 1,000", "",
        visible(pair, pair.ours()), visible(pair, pair.peer()), 0));
  }

  private static double visible(Pair pair, Nodes nodes) {
    nodes.node(1).call(Nodes.command("prober").put("address", "prober"));
    JsonObject answer = nodes.node(0).call(named("visible", "visible").put("count", 1000).put("peer", "prober"));
    nodes.node(0).call(named("unregister", "visible"));
    pair.keep(nodes.engine(), "visible", answer);
    return answer.getInteger("wrong");
  }

  /** Many at once from one context, in turns; 100,000 of ours for linearity. */
  static List<Row> bulk(Pair pair) {
    Bulk ours = new Bulk();
    Bulk peer = new Bulk();
    for (int round = 0; round < ROUNDS; round++) {
      bulk(pair.ours(), 10_000, ours.registered, ours.unregistered);
      bulk(pair.peer(), 10_000, peer.registered, peer.unregistered);
    }
    List<Number> more = new ArrayList<>();
    bulk(pair.ours(), 30_000, more, new ArrayList<>());
    List<Number> peersMore = new ArrayList<>();
    bulk(pair.peer(), 30_000, peersMore, new ArrayList<>());
    List<Number> most = new ArrayList<>();
    bulk(pair.ours(), 100_000, most, new ArrayList<>());
    pair.keep(Engine.BARNACLE, "bulk", ours.toJson().put("register30000", new JsonArray(more))
        .put("register100000", new JsonArray(most)));
    pair.keep(Engine.HAZELCAST, "bulk", peer.toJson().put("register30000", new JsonArray(peersMore)));
    double ten = Stats.median(ours.registered);
    double perOne = Stats.median(most) / 10 / ten;
    return List.of(
        Row.faster("register 10,000 on one node, all completions", "ms", ten, Stats.median(peer.registered), 20),
        Row.faster("register 30,000", "ms", Stats.median(more), Stats.median(peersMore), 20),
        new Row("register 100,000: each one's part, as multiple of that with 10,000",
            Stats.text(perOne) + " (" + Stats.text(Stats.median(most)) + " ms)", "", "", "linear: ≤ 1.25",
            perOne <= 1.25),
        Row.faster("unregister 10,000", "ms", Stats.median(ours.unregistered), Stats.median(peer.unregistered), 20));
  }

  private static void bulk(Nodes nodes, int count, List<Number> registered, List<Number> unregistered) {
    registered.add(nodes.node(0).call(named("register", "bulk").put("count", count)).getDouble("ms"));
    unregistered.add(nodes.node(0).call(named("unregister", "bulk")).getDouble("ms"));
  }

  private static JsonObject named(String what, String prefix) {
    return Nodes.command(what).put("prefix", prefix);
  }

  private static final class Bulk {

    private final List<Number> registered = new ArrayList<>();
    private final List<Number> unregistered = new ArrayList<>();

    private JsonObject toJson() {
      return new JsonObject().put("register10000", new JsonArray(registered))
          .put("unregister10000", new JsonArray(unregistered));
    }
  }
}
