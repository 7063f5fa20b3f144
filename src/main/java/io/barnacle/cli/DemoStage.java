package io.barnacle.cli;

import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Where the demo plays: its child processes, what they said, and what each of them sees. Used by one thread. Closing it
 * ends every process that it started.
 */
final class DemoStage implements AutoCloseable {

  private static final int REMEMBERED = 40;

  /** Three JVMs that start at once, one of which has the port mapper, keep a small machine busy. */
  private static final int MAPPER_TIMEOUT_MS = 5000;

  private final Consumer<String> out;
  private final boolean verbose;
  private final int mapperPort;
  private final String cluster = "barnacle-demo-" + ProcessHandle.current().pid();
  private final Map<String, DemoNode> nodes = new LinkedHashMap<>();
  private final BlockingQueue<DemoNode.Line> lines = new LinkedBlockingQueue<>();
  private final Deque<String> log = new ArrayDeque<>();
  private String first;
  private long sceneStart;

  DemoStage(Consumer<String> out, boolean verbose) throws IOException {
    this.out = out;
    this.verbose = verbose;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.mapperPort = free.getLocalPort();
    }
  }

  int mapperPort() {
    return mapperPort;
  }

  /** The node that was up first. */
  String first() {
    return first;
  }

  /** A headline; times count from it. */
  void scene(String headline) {
    out.accept(headline);
    sceneStart = System.nanoTime();
  }

  void start(String name) throws IOException {
    JsonObject config = new JsonObject()
        .put("node", new JsonObject().put("name", name).put("host", "127.0.0.1").put("port", 0))
        .put("cluster", new JsonObject().put("name", cluster))
        .put("strategy", new JsonObject()
            .put("type", "local_epmd").put("port", mapperPort).put("timeoutMs", MAPPER_TIMEOUT_MS));
    nodes.put(name, DemoNode.start(name, config, lines::add));
    say("started " + name + ", process " + nodes.get(name).pid());
  }

  void kill(String name) {
    nodes.remove(name).kill();
  }

  /** Whether every node that runs sees every other one. */
  boolean isWhole() {
    return nodes.values().stream().allMatch(node -> node.sees().size() == nodes.size() - 1);
  }

  /** Whether no node sees that one. */
  boolean isForgotten(String name) {
    return nodes.values().stream().noneMatch(node -> node.sees().contains(name));
  }

  /**
   * Follows what the nodes say until something holds.
   *
   * @return how long after the last headline that was
   * @throws TimeoutException with what was said, if it does not hold in time
   * @throws IllegalStateException with what was said, if a node ends meanwhile
   */
  Duration await(String what, Duration deadline, BooleanSupplier holds) throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (!holds.getAsBoolean()) {
      DemoNode.Line line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new TimeoutException("not within " + deadline.toSeconds() + " s: " + what + said());
      }
      if (nodes.get(line.node().name()) == line.node()) {
        follow(line.node(), line.text());
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - sceneStart);
    say(what);
    return took;
  }

  /** Tells all to leave, waits, and ends those that do not. */
  @Override
  public void close() {
    nodes.values().forEach(DemoNode::leave);
    nodes.values().forEach(DemoNode::end);
  }

  private void follow(DemoNode node, String text) {
    if (text == null) {
      throw new IllegalStateException(node.name() + " ended" + said());
    }
    remember(node.name() + ": " + text);
    if (!text.startsWith("{")) {
      if (verbose) {
        out.accept(node.name() + ": " + text);
      }
      return;
    }
    JsonObject event = new JsonObject(text);
    switch (event.getString("type", "")) {
      case "up" -> {
        first = first == null ? node.name() : first;
        for (Object peer : event.getJsonArray("nodes", new JsonArray())) {
          node.sees().add(basename((String) peer));
        }
        say(node.name() + " is up, sees " + (node.sees().isEmpty() ? "nobody" : String.join(", ", node.sees())));
      }
      case "nodeConnected" -> {
        String peer = basename(event.getString("peer"));
        if (node.sees().add(peer)) {
          say(node.name() + " sees " + peer);
        }
      }
      case "nodeLost" -> {
        String peer = basename(event.getString("peer"));
        if (node.sees().remove(peer)) {
          say(node.name() + " has lost " + peer + " (" + event.getString("reason") + ")");
        }
      }
      default -> {
        // refreshes and the like
      }
    }
  }

  private String said() {
    return "; the nodes said\n" + String.join("\n", log);
  }

  private void remember(String line) {
    log.add(line);
    if (log.size() > REMEMBERED) {
      log.remove();
    }
  }

  private void say(String text) {
    out.accept(String.format(Locale.ROOT, "  %6.2f s  %s", (System.nanoTime() - sceneStart) / 1e9, text));
  }

  private static String basename(String node) {
    return Node.parse(node).basename();
  }
}
