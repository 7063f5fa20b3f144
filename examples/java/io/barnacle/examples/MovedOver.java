package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.EpmdOptions;

/**
 * After: the application of {@link PlainHazelcast} on Barnacle. Verticles, event bus, maps and counters stay as they are. A
 * Hazelcast configuration with more in it (maps, serializers) is kept with {@link ClusterOptions#setHazelcastConfig}.
 */
public final class MovedOver {

  private MovedOver() {
  }

  /** The port of this node, then those of the others. */
  public static void main(String[] args) {
    EpmdOptions nodes = new EpmdOptions();
    for (String port : args) {
      nodes.addNode("shop@127.0.0.1:" + port);
    }
    BarnacleOptions options = new BarnacleOptions()
        .setCluster(new ClusterOptions().setName("shop"))
        .setNode(new NodeOptions().setHost("127.0.0.1").setPort(Integer.valueOf(args[0])))
        .setStrategy(nodes);

    Barnacle.clusteredVertx(options)
        .compose(vertx -> vertx.deployVerticle(new Shop()))
        .onFailure(Example::fail);
  }
}
