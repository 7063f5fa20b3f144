package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.Connector;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Set;

/** Where a node waits before it has a cluster: at the {@link BootstrapGate}, and found in a {@link WaitingRoom} meanwhile. */
final class Entrance {

  private final ContextInternal context;
  private final Setup setup;
  private final String nodeId;
  private final RunningStrategy strategy;
  private final PeerSearch search;
  private volatile BootstrapGate gate;
  private volatile boolean abandoned;

  Entrance(ContextInternal context, Setup setup, String nodeId, RunningStrategy strategy, PeerSearch search) {
    this.context = context;
    this.setup = setup;
    this.nodeId = nodeId;
    this.strategy = strategy;
    this.search = search;
  }

  /**
   * Waits on the node's own port until it is decided whom to join, or that a cluster is to be formed; call on the context.
   *
   * @param connector names what is discovered
   * @param door what others have to pass, null for nothing
   * @return the peers to join, none to form a cluster
   */
  Future<Set<Endpoint>> pass(MemberAddress address, Connector connector, WaitingRoom.Door door) {
    int port = connector.self().node().port();
    return WaitingRoom.open(context.owner(), address, port, setup.cluster().getName(), nodeId, door)
        .compose(room -> context.<Set<Endpoint>>future(passed -> context.runOnContext(v ->
            SharedStrategy.guarded(() -> gate(connector, door).open()).onComplete(passed))).eventually(room::close));
  }

  private BootstrapGate gate(Connector connector, WaitingRoom.Door door) {
    BootstrapGate opened = new BootstrapGate(
        context, setup.bootstrap(), setup.discoveryTimeout(), nodeId, new Outside(connector), door != null);
    gate = opened;
    if (abandoned) {
      opened.abort();
    }
    return opened;
  }

  /** Has the wait end soon, by failing; for any thread. */
  void abandon() {
    abandoned = true;
    BootstrapGate waiting = gate;
    if (waiting != null) {
      waiting.abort();
    }
  }

  /** What the gate sees. */
  private final class Outside implements BootstrapGate.World {

    private final Connector connector;

    Outside(Connector connector) {
      this.connector = connector;
    }

    @Override
    public Future<BootstrapGate.Discovered> discover(Duration timeout) {
      return strategy.discover(timeout).compose(nodes ->
          connector.identify(nodes).map(others -> new BootstrapGate.Discovered(nodes.isEmpty(), others)));
    }

    @Override
    public Future<PeerSearch.Found> look(Set<Node> nodes) {
      return search.look(nodes);
    }
  }
}
