package io.barnacle.strategy.epmd;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Vertx;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A process with one local_epmd node that listens on its member port and prints what it discovers. */
final class LocalEpmdNodeMain {

  private LocalEpmdNodeMain() {
  }

  /** The port of epmd and the name of the node. */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    Strategy strategy = new LocalEpmdOptions().setPort(Integer.parseInt(args[0])).create(vertx);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> vertx.close().await()));
    vertx.runOnContext(v -> vertx.createNetServer().connectHandler(socket -> { }).listen(0, PortMapper.LOOPBACK)
        .compose(server -> strategy.start(
            new LocalNode(Node.of(args[1], PortMapper.LOOPBACK, server.actualPort()), "takeover")))
        .onSuccess(started -> {
          System.out.println("started " + args[1]);
          look(vertx, strategy, "");
        })
        .onFailure(e -> {
          System.out.println("failed " + e.getMessage());
          vertx.close();
        }));
  }

  private static void look(Vertx vertx, Strategy strategy, String before) {
    strategy.discoverNodes().onComplete(found -> {
      String now = found.succeeded()
          ? "sees " + found.result().stream().map(Node::basename).collect(Collectors.toCollection(TreeSet::new))
          : "cannot see: " + found.cause().getMessage();
      if (!now.equals(before)) {
        System.out.println(now);
      }
      vertx.setTimer(20, id -> look(vertx, strategy, now));
    });
  }
}
