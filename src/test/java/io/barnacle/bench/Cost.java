package io.barnacle.bench;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What clusters of 3, 5 and 10 nodes write to their sockets: at rest, per registration one after the other, and per registration
 * of many at once. Counted by the kernel ({@code wchar} of {@code /proc/self/io}), so with all of Hazelcast's and Vert.x's own
 * traffic in it, heartbeats above all; what is written at rest is taken off the other two. The command channel's few lines are in
 * it too.
 */
final class Cost {

  private static final List<Integer> SIZES = List.of(3, 5, 10);
  private static final int REST_MS = 20_000;
  /** After the start, and after registrations: what was put off is done then. */
  private static final int SETTLE_MS = 5_000;
  private static final int ONE_BY_ONE = 500;
  private static final int AT_ONCE = 10_000;

  private final double restPerSecond;
  private final double perChange;
  private final double perChangeAtOnce;

  private Cost(Nodes nodes, int size) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(2 * SETTLE_MS);
    long start = System.nanoTime();
    long before = written(nodes, size);
    TimeUnit.MILLISECONDS.sleep(REST_MS);
    double rest = (written(nodes, size) - before) / seconds(start);
    this.restPerSecond = rest / size;
    this.perChange = perChange(nodes, size, rest, "single", ONE_BY_ONE);
    this.perChangeAtOnce = perChange(nodes, size, rest, "register", AT_ONCE);
  }

  /** Measures one size after the other, both engines in turn. */
  static List<Row> measure(Path directory) throws InterruptedException {
    List<Row> rows = new ArrayList<>();
    for (int size : SIZES) {
      Cost ours = measure(Engine.BARNACLE, size, directory);
      Cost peer = measure(Engine.HAZELCAST, size, directory);
      String of = size + " nodes: ";
      rows.add(Row.told(of + "each writes at rest, per second", "B", ours.restPerSecond, peer.restPerSecond));
      rows.add(Row.told(of + "all write per registration, one by one", "B", ours.perChange, peer.perChange));
      rows.add(Row.told(of + "the same, 10,000 at once", "B", ours.perChangeAtOnce, peer.perChangeAtOnce));
    }
    return rows;
  }

  private static Cost measure(Engine engine, int size, Path directory) throws InterruptedException {
    try (Nodes nodes = new Nodes(engine, size, directory)) {
      return new Cost(nodes.startFirst(size), size);
    }
  }

  private static double perChange(Nodes nodes, int size, double restPerSecond, String how, int count)
      throws InterruptedException {
    long start = System.nanoTime();
    long before = written(nodes, size);
    nodes.node(0).call(Nodes.command(how).put("prefix", how).put("count", count));
    TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
    return (written(nodes, size) - before - restPerSecond * seconds(start)) / count;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static long written(Nodes nodes, int size) {
    return nodes.all(size, Nodes.command("written")).stream().mapToLong((JsonObject answer) -> answer.getLong("bytes")).sum();
  }
}
