package io.barnacle.netns;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.barnacle.control.BarnacleClient;
import io.barnacle.testkit.FailingMerge;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The application on every node: one clustered Vert.x that serves its own address, the shared one and those it is told,
 * and asks all the time ({@link NodeProbes}) whether the cluster is right. Commands come as JSON lines on standard input
 * and what it sees goes out as JSON lines on standard output, so the controller works however the network is cut; logs go
 * to standard error. It ends with its standard input, so that it never outlives the controller.
 *
 * <p>Commands, in {@code do}: {@code register} and {@code unregister} (address, id), {@code watch} (addresses, fanout),
 * {@code refresh} (Barnacle's only), {@code shoot} (how: shutdown, terminate or merge), {@code quit}.
 */
public final class NodeApp {

  private static final Duration REFRESH = Duration.ofSeconds(10);

  private final NodeSetup setup;
  private final Vertx vertx;
  private final Context context;
  private final Reports reports;
  private final NodeProbes probes;
  private final Map<String, MessageConsumer<String>> consumers = new HashMap<>();

  private NodeApp(NodeSetup setup, Vertx vertx, Reports reports) {
    this.setup = setup;
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.reports = reports;
    this.probes = new NodeProbes(setup, (VertxInternal) vertx, reports);
  }

  /** Runs a node; the only argument is its {@link NodeSetup} as JSON. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    NodeSetup setup = NodeSetup.fromJson(new JsonObject(args[0]));
    try (Reports reports = new Reports(out)) {
      Vertx vertx = setup.engine().start(setup).await();
      new NodeApp(setup, vertx, reports).run();
    } catch (RuntimeException e) {
      e.printStackTrace();
    }
    Runtime.getRuntime().halt(0);
  }

  private void run() throws IOException {
    register(NodeSetup.ownAddress(setup.index()), "own");
    register(NodeSetup.SHARED, NodeSetup.SHARED);
    String id = ((VertxInternal) vertx).clusterManager().getNodeId();
    reports.add(new JsonObject().put("e", "ready").put("id", id).put("at", System.nanoTime()));
    probes.start();
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonObject command = new JsonObject(line);
        if (command.getString("do").equals("quit")) {
          vertx.close().await();
          return;
        }
        obey(command);
      }
    }
  }

  private void obey(JsonObject command) {
    switch (command.getString("do")) {
      case "register" -> register(command.getString("address"), command.getString("id"));
      case "unregister" -> unregister(command.getString("address"), command.getString("id"));
      case "watch" -> probes.watch(strings(command, "addresses"), strings(command, "fanout"));
      case "refresh" -> refresh();
      case "shoot" -> shoot(command.getString("how"));
      default -> throw new IllegalArgumentException(command.encode());
    }
  }

  private static List<String> strings(JsonObject json, String key) {
    return json.getJsonArray(key).stream().map(String.class::cast).toList();
  }

  /** Asks for a consumer once, as an application does; whether the call fails is told, not acted on. */
  private void register(String address, String id) {
    context.runOnContext(none -> {
      MessageConsumer<String> consumer = vertx.eventBus().consumer(address);
      consumers.put(address + "#" + id, consumer);
      consumer.handler(message -> received(address, id, message));
      consumer.completion().onComplete(done -> told("register", address, id, done.cause()));
    });
  }

  private void unregister(String address, String id) {
    context.runOnContext(none -> consumers.remove(address + "#" + id).unregister()
        .onComplete(done -> told("unregister", address, id, done.cause())));
  }

  private void told(String what, String address, String id, Throwable failure) {
    reports.add(new JsonObject().put("e", "told").put("do", what).put("address", address).put("id", id)
        .put("at", System.nanoTime()).put("failure", failure == null ? null : failure.toString()));
  }

  private void refresh() {
    long sent = System.nanoTime();
    BarnacleClient.create(vertx).refresh(REFRESH).onComplete(done -> reports.add(new JsonObject()
        .put("e", "refreshed").put("sent", sent).put("at", System.nanoTime())
        .put("nodes", done.succeeded() ? done.result().nodes().size() : null)
        .put("failure", done.failed() ? done.cause().toString() : null)));
  }

  private void received(String address, String id, Message<String> message) {
    if (message.replyAddress() != null) {
      message.reply(id);
    } else {
      reports.add(new JsonObject().put("e", "got").put("a", address).put("c", id).put("p", message.body())
          .put("at", System.nanoTime()));
    }
  }

  /** Ends the Hazelcast instance under the cluster manager, from a thread of its own as an operator would. */
  private void shoot(String how) {
    HazelcastInstance engine = Hazelcast.getAllHazelcastInstances().iterator().next();
    new Thread(() -> {
      switch (how) {
        case "terminate" -> engine.getLifecycleService().terminate();
        case "merge" -> FailingMerge.run(engine);
        default -> engine.shutdown();
      }
      reports.add(new JsonObject().put("e", "shot").put("at", System.nanoTime()));
    }, "shoot").start();
  }
}
