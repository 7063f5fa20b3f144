package io.barnacle.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What requests see of the registry, measured on a {@link Pair} in turns. */
final class Requests {

  private static final int ROUNDS = 3;
  private static final int WARM_UP_MS = 5000;
  private static final int TURN_MS = 1000;
  private static final int TURNS = 14;

  private Requests() {
  }

  /** First, second and absent address in turns; each engine is compared with its own warm requests. */
  static List<Row> first(Pair pair) {
    First ours = new First();
    First peer = new First();
    for (int round = 0; round < ROUNDS; round++) {
      ours.run(pair.ours(), round);
      peer.run(pair.peer(), round);
    }
    pair.keep(Engine.BARNACLE, "first", ours.toJson());
    pair.keep(Engine.HAZELCAST, "first", peer.toJson());
    return List.of(
        ratio("first send to an address never used before, p50, as multiple of a warm one",
            ours.cold, ours, peer.cold, peer),
        ratio("send to an absent address, p50, as multiple of a warm one", ours.absent, ours, peer.absent, peer));
  }

  private static Row ratio(String what, List<Number> own, First ours, List<Number> theirs, First peer) {
    double one = Stats.median(own) / Stats.median(ours.warm);
    double other = Stats.median(theirs) / Stats.median(peer.warm);
    return new Row(what, multiple(one, own, ours), multiple(other, theirs, peer), Stats.text(other / one) + " × less",
        "≤ 1.15", ours.wrong == 0 && one <= 1.15);
  }

  private static String multiple(double ratio, List<Number> samples, First first) {
    return Stats.text(ratio) + " (" + Stats.text(Stats.median(samples)) + " / " + Stats.text(Stats.median(first.warm))
        + " µs" + (first.wrong == 0 ? "" : ", wrong answers: " + first.wrong) + ")";
  }

  private static final class First {

    private final List<Number> cold = new ArrayList<>();
    private final List<Number> warm = new ArrayList<>();
    private final List<Number> absent = new ArrayList<>();
    private int wrong;

    private void run(Nodes nodes, int round) {
      JsonObject prefix = new JsonObject().put("prefix", "first-" + round).put("count", 1000);
      nodes.node(1).call(Nodes.command("register").mergeIn(prefix));
      JsonObject answer = nodes.node(0).call(Nodes.command("first").mergeIn(prefix));
      nodes.node(1).call(Nodes.command("unregister").mergeIn(prefix));
      cold.addAll(numbers(answer, "cold"));
      warm.addAll(numbers(answer, "warm"));
      absent.addAll(numbers(answer, "absent"));
      wrong += answer.getInteger("wrong");
    }

    private JsonObject toJson() {
      return new JsonObject().put("coldMicros", new JsonArray(cold)).put("warmMicros", new JsonArray(warm))
          .put("absentMicros", new JsonArray(absent)).put("wrong", wrong);
    }

    private static List<Number> numbers(JsonObject json, String key) {
      return json.getJsonArray(key).stream().map(Number.class::cast).toList();
    }
  }

  /** 2,000 requests a second to an address of another node that lives 5 ms: when did the last go into the void. */
  static List<Row> stale(Pair pair) throws InterruptedException {
    List<Number> ours = new ArrayList<>();
    List<Number> peer = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      ours.add(stale(pair.ours(), "stale-" + round));
      peer.add(stale(pair.peer(), "stale-" + round));
    }
    pair.keep(Engine.BARNACLE, "stale", new JsonObject().put("ms", new JsonArray(ours)));
    pair.keep(Engine.HAZELCAST, "stale", new JsonObject().put("ms", new JsonArray(peer)));
    return List.of(Row.atMost("last stale send after a quick add and remove is complete, median of 20", "ms",
        Stats.median(ours), Stats.median(peer), 2));
  }

  private static double stale(Nodes nodes, String address) throws InterruptedException {
    CompletableFuture<JsonObject> sends = nodes.node(0).send(Nodes.command("stream")
        .put("addresses", new JsonArray().add(address)).put("everyMicros", 500).put("ms", 250).put("timeoutMs", 300));
    TimeUnit.MILLISECONDS.sleep(60); // the senders ask for a while before there is anything
    JsonObject quick = nodes.node(1).call(Nodes.command("quick").put("address", address).put("lives", 5));
    long removed = quick.getLong("removed");
    List<Send> all = Send.fromJson(BenchProcess.await(sends).getJsonArray("sends"));
    if (all.stream().noneMatch(send -> send.outcome() == Send.Outcome.ANSWERED)) {
      throw new IllegalStateException(nodes.engine().label() + ": the quick consumer was never reached");
    }
    return all.stream().filter(send -> send.issued() > removed && send.outcome() != Send.Outcome.NO_HANDLERS)
        .mapToDouble(send -> (send.issued() - removed) / 1e6).max().orElse(0);
  }

  /**
   * Request and reply of 1 KiB with 64 in flight, in turns of 1 s after some that do not count; who is first changes.
   * The ratio is the median of those of the turns, so that other work on the machine, which comes and goes, hits both.
   */
  static List<Row> throughput(Pair pair) {
    List<JsonObject> ours = new ArrayList<>();
    List<JsonObject> peer = new ArrayList<>();
    for (Nodes nodes : List.of(pair.ours(), pair.peer())) {
      nodes.node(1).call(Nodes.command("register").put("prefix", "echo").put("count", 1));
      flood(nodes, WARM_UP_MS);
    }
    for (int turn = 0; turn < TURNS; turn++) {
      if (turn % 2 == 0) {
        ours.add(flood(pair.ours(), TURN_MS));
        peer.add(flood(pair.peer(), TURN_MS));
      } else {
        peer.add(flood(pair.peer(), TURN_MS));
        ours.add(flood(pair.ours(), TURN_MS));
      }
    }
    pair.keep(Engine.BARNACLE, "throughput", new JsonObject().put("turns", new JsonArray(ours)));
    pair.keep(Engine.HAZELCAST, "throughput", new JsonObject().put("turns", new JsonArray(peer)));
    return List.of(
        Row.notLess("1 KiB request and reply, 64 in flight, per second", "", values(ours, "perSecond"),
            values(peer, "perSecond")),
        Row.notMore("p99 of them", "µs", values(ours, "p99"), values(peer, "p99")));
  }

  private static JsonObject flood(Nodes nodes, int millis) {
    return nodes.node(0).call(Nodes.command("flood").put("address", "echo.0").put("bytes", 1024).put("inFlight", 64)
        .put("ms", millis));
  }

  private static List<Number> values(List<JsonObject> turns, String key) {
    return turns.stream().map(turn -> (Number) turn.getValue(key)).toList();
  }
}
