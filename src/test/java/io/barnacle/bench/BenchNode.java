package io.barnacle.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A node of the benchmark, the same for both engines. Commands are lines of JSON on standard input, answers lines of
 * JSON with a prefix on standard output; each command runs on a thread of its own. It ends with its standard input,
 * also before it is clustered, so that it never outlives the benchmark, and on SIGTERM after it closed its Vert.x, as an
 * application does.
 */
public final class BenchNode {

  /** What its lines begin with. */
  static final String PREFIX = "#bench ";

  private final Vertx vertx;
  private final PrintStream out;
  private final Registering registering;
  private final Sending sending;

  private BenchNode(Vertx vertx, PrintStream out) {
    this.vertx = vertx;
    this.out = out;
    this.registering = new Registering(vertx);
    this.sending = new Sending(vertx);
  }

  /**
   * Runs a node.
   *
   * @param args an object: {@code engine}; {@code ports} and {@code index}; {@code lookup}, addresses to ask at the
   *     very moment when it is clustered; {@code serve}, an address to register then
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    CompletableFuture<BenchNode> started = new CompletableFuture<>();
    new Thread(() -> start(new JsonObject(args[0]), out, started), "start").start();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonObject command = new JsonObject(line);
        threads.execute(() -> started.join().obey(command));
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static void start(JsonObject plan, PrintStream out, CompletableFuture<BenchNode> started) {
    try {
      List<Integer> ports = plan.getJsonArray("ports").stream().map(Integer.class::cast).toList();
      long start = System.nanoTime();
      Vertx vertx = Engine.valueOf(plan.getString("engine"))
          .start(ports, plan.getInteger("index"), plan.getJsonObject("cluster", new JsonObject())).await();
      long clustered = System.nanoTime();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> vertx.close().await(), "close on SIGTERM"));
      BenchNode node = new BenchNode(vertx, out);
      JsonObject ready = node.sending.lookup(Sending.strings(plan, "lookup"));
      if (plan.containsKey("serve")) {
        node.registering.register(new JsonObject().put("prefix", plan.getString("serve")).put("count", 1));
      }
      started.complete(node);
      node.say(ready.put("id", 0).put("node", ((VertxInternal) vertx).clusterManager().getNodeId())
          .put("start", start).put("clustered", clustered));
    } catch (RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private void obey(JsonObject command) {
    JsonObject answer;
    try {
      answer = answer(command);
    } catch (Exception e) {
      e.printStackTrace();
      answer = new JsonObject().put("failure", e.toString());
    }
    say(answer.put("id", command.getInteger("id")));
  }

  private JsonObject answer(JsonObject command) throws InterruptedException {
    return switch (command.getString("do")) {
      case "nodes" -> new JsonObject().put("nodes", new JsonArray(((VertxInternal) vertx).clusterManager().getNodes()));
      case "register" -> registering.register(command);
      case "unregister" -> registering.unregister(command);
      case "single" -> registering.single(command);
      case "visible" -> registering.visible(command);
      case "prober" -> registering.prober(command);
      case "quick" -> registering.quick(command);
      case "first" -> sending.first(command);
      case "flood" -> sending.flood(command);
      case "stream" -> sending.stream(command);
      case "loss" -> sending.loss(command);
      case "heap" -> new JsonObject().put("bytes", heap());
      case "cpu" -> new JsonObject().put("nanos",
          ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime());
      case "written" -> new JsonObject().put("bytes", written());
      default -> throw new IllegalArgumentException(command.encode());
    };
  }

  /** Bytes that this process has written, to sockets or files. */
  private static long written() {
    try {
      return Files.readAllLines(Path.of("/proc/self/io")).stream().filter(line -> line.startsWith("wchar: "))
          .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length()))).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("the bytes that a process writes are known on Linux only", e);
    }
  }

  /** Bytes in use after collections that find nothing more. */
  private static long heap() {
    long used = Long.MAX_VALUE;
    for (int times = 0; times < 5; times++) {
      System.gc();
      used = Math.min(used, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return used;
  }

  private synchronized void say(JsonObject json) {
    out.println(PREFIX + json.encode());
    out.flush();
  }
}
