package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.control.BarnacleClient;
import io.barnacle.node.Node;
import io.barnacle.reconcile.RefreshResult;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Own functions to connect, disconnect and list, on a Vert.x that is not clustered: Barnacle keeps one TCP connection to
 * each backend of a list that changes. The functions are called on one event loop, so a plain map will do.
 */
public final class OwnFunctions {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Vertx vertx = Vertx.vertx();
  private final NetClient connector = vertx.createNetClient(); // a field: if collected, it closes its sockets
  private final Map<Node, NetSocket> sockets = new HashMap<>();
  private volatile Set<Node> wanted = Set.of();

  private OwnFunctions() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    new OwnFunctions().run();
  }

  private void run() {
    Strategy strategy = Strategy.of(() -> Future.succeededFuture(wanted))
        .withConnectNodes(this::connect)
        .withDisconnectNodes(this::disconnect)
        .withListNodes(() -> Future.succeededFuture(Set.copyOf(sockets.keySet())));
    BarnacleClient client = BarnacleClient.create(vertx);

    Future<Node> one = backend("one");
    Future<Node> two = backend("two");
    Future<Node> three = backend("three");
    Future.all(one, two, three)
        .onSuccess(v -> wanted = Set.of(one.result(), two.result()))
        .compose(v -> Barnacle.deploy(vertx, new BarnacleOptions().setStrategy(strategy)))
        .compose(id -> client.refresh(TIMEOUT))
        .onSuccess(OwnFunctions::print)
        .onSuccess(v -> wanted = Set.of(two.result(), three.result()))
        .compose(v -> client.refresh(TIMEOUT))
        .onSuccess(OwnFunctions::print)
        .onSuccess(v -> Example.end(vertx))
        .onFailure(Example::fail);
  }

  private Future<Void> connect(Node node) {
    return connector.connect(node.port(), node.host()).map(socket -> {
      sockets.put(node, socket);
      socket.closeHandler(v -> sockets.remove(node, socket)); // so the next refresh connects it again
      return null;
    });
  }

  private Future<Void> disconnect(Node node) {
    return sockets.get(node).close();
  }

  /** A server to connect to, which would be somewhere else. */
  private Future<Node> backend(String name) {
    return vertx.createNetServer().connectHandler(socket -> { }).listen(0, "127.0.0.1")
        .map(server -> Node.of(name, "127.0.0.1", server.actualPort()));
  }

  private static void print(RefreshResult result) {
    System.out.println("nodes " + names(result.nodes()) + ", connected " + names(result.connected())
        + ", disconnected " + names(result.disconnected()));
  }

  private static Object names(Set<Node> nodes) {
    return nodes.stream().map(Node::basename).sorted().toList();
  }
}
