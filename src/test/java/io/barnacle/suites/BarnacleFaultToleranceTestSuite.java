package io.barnacle.suites;

import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.EpmdOptions;
import io.barnacle.testkit.FreePort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.tests.eventbus.FaultToleranceTest;
import io.vertx.tests.eventbus.FaultToleranceVerticle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Vert.x's {@link FaultToleranceTest}: of four processes two are killed, and sends to their addresses must fail for want of
 * handlers. The other processes find Barnacle by Vert.x's service provider file, each with a configuration file of its own.
 */
public class BarnacleFaultToleranceTestSuite extends FaultToleranceTest {

  private final String cluster = "suite-" + UUID.randomUUID();
  private final List<Node> nodes = new ArrayList<>();

  @Override
  public void setUp() throws Exception {
    super.setUp();
    for (int i = 0; i <= NODE_COUNT; i++) {
      nodes.add(Node.of("node" + i, "127.0.0.1", FreePort.next()));
    }
  }

  @Override
  protected ClusterManager getClusterManager() {
    return new BarnacleClusterManager(new Setup(nodeOptions(nodes.get(NODE_COUNT)),
        new ClusterOptions().setName(cluster), new EpmdOptions().setNodes(nodes)));
  }

  @Override
  protected Process startExternalNode(int id) throws IOException {
    JsonArray list = new JsonArray();
    nodes.forEach(node -> list.add(node.toString()));
    Path config = Files.createTempFile("barnacle-suite", ".json");
    config.toFile().deleteOnExit();
    Files.writeString(config, new JsonObject()
        .put("node", nodeOptions(nodes.get(id)).toJson())
        .put("cluster", new JsonObject().put("name", cluster))
        .put("strategy", new JsonObject().put("type", "epmd").put("nodes", list))
        .encode());
    return new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m", "-XX:TieredStopAtLevel=1", "-Dio.netty.jfr.enabled=false",
        "-Dbarnacle.config=" + config,
        "-classpath", System.getProperty("java.class.path"),
        FaultToleranceVerticle.class.getName(),
        new JsonObject().put("id", id).put("addressesCount", ADDRESSES_COUNT).encode()).inheritIO().start();
  }

  /** One after the other: nobody here drives the connector, which would make one cluster of nodes that started alone. */
  @Override
  protected void afterNodeStarted(int i, Process process) {
    assertEqualsEventually("Members", i + 2, () -> vertx.clusterManager().getNodes().size());
  }

  private static NodeOptions nodeOptions(Node node) {
    return new NodeOptions().setName(node.basename()).setHost(node.host()).setPort(node.port());
  }
}
