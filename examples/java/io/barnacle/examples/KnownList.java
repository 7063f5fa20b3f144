package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.EpmdOptions;

/**
 * Nodes that know each other from a list. In one terminal {@code KnownList 5701 5702}, in another
 * {@code KnownList 5702 5701}: the first port is this node's.
 */
public final class KnownList {

  private KnownList() {
  }

  /** The port of this node, then those of the others. */
  public static void main(String[] args) {
    EpmdOptions list = new EpmdOptions();
    for (String port : args) {
      list.addNode("shop@127.0.0.1:" + port); // this node may be on its own list: so all can have the same
    }
    BarnacleOptions options = new BarnacleOptions()
        .setNode(new NodeOptions().setName("shop").setHost("127.0.0.1").setPort(Integer.valueOf(args[0])))
        .setStrategy(list)
        .setListener(KnownList::say);

    Barnacle.clusteredVertx(options).onFailure(Example::fail);
  }

  private static void say(BarnacleEvent event) {
    if (event instanceof BarnacleEvent.Refreshed refreshed) {
      System.out.println("nodes " + refreshed.nodes() + ", failed " + refreshed.failed());
    }
  }
}
