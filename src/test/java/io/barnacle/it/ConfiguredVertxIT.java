package io.barnacle.it;

import static io.barnacle.testkit.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.control.BarnacleClient;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.Mesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The front door without arguments, and its futures when something fails: they complete. */
class ConfiguredVertxIT {

  private static final String PROPERTY = "barnacle.config";

  @TempDir
  private Path directory;

  @AfterEach
  void forgetTheFile() {
    System.clearProperty(PROPERTY);
  }

  private void configure(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("barnacle.json"), text);
    System.setProperty(PROPERTY, file.toString());
  }

  @Test
  void readsTheConfigurationFile() throws Exception {
    int port = FreePort.next();
    configure(new JsonObject()
        .put("node", new JsonObject().put("name", "one").put("host", "127.0.0.1").put("port", port))
        .put("cluster", new JsonObject().put("name", "configured-" + port))
        .put("strategy", new JsonObject().put("type", "epmd").put("nodes", java.util.List.of("one@127.0.0.1:" + port)))
        .encode());
    Vertx vertx = await(Barnacle.clusteredVertx());
    try {
      assertTrue(vertx.isClustered());
      assertEquals(Node.of("one", "127.0.0.1", port),
          await(BarnacleClient.create(vertx).status(Duration.ofSeconds(10))).self());
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void aWrongFileFailsTheFuture() throws Exception {
    configure("{\"strategy\": {\"type\": \"locl_epmd\"}}");
    InvalidOptionsException refused =
        assertThrows(InvalidOptionsException.class, () -> await(Barnacle.clusteredVertx()));
    assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
  }

  @Test
  void aStrategyThatDoesNotStartFailsTheFuture() {
    Strategy broken = new Strategy() {
      @Override
      public Future<Set<Node>> discoverNodes() {
        return Future.succeededFuture(Set.of());
      }

      @Override
      public Future<Void> start(LocalNode self) {
        throw new IllegalStateException("no licence");
      }
    };
    BarnacleOptions options = new BarnacleOptions().setStrategy(broken)
        .setNode(new NodeOptions().setHost("127.0.0.1").setPort(0));
    Exception refused = assertThrows(Exception.class, () -> await(Barnacle.clusteredVertx(options)));
    assertTrue(refused.getMessage().contains("no licence"), refused.getMessage());
  }

  @Test
  void runOnceWithAStrategyThatDoesNotStartFailsTheFuture() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Strategy broken = new Strategy() {
        @Override
        public Future<Set<Node>> discoverNodes() {
          return new Mesh().strategy().discoverNodes();
        }

        @Override
        public Future<Void> start(LocalNode self) {
          return null;
        }
      };
      assertThrows(Exception.class,
          () -> await(Barnacle.runOnce(vertx, new BarnacleOptions().setStrategy(broken))));
    } finally {
      await(vertx.close());
    }
  }
}
