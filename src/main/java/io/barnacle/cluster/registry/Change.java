package io.barnacle.cluster.registry;

import io.vertx.core.spi.cluster.NodeInfo;
import java.util.Objects;

/** One change of a card; it raises the card's version by one. */
public sealed interface Change {

  /** A consumer was registered: {@code seq} tells those of one address and node apart. */
  record Added(String address, long seq) implements Change {
    /** Never null. */
    public Added {
      Objects.requireNonNull(address, "address");
    }
  }

  /** A consumer was unregistered. */
  record Removed(String address, long seq) implements Change {
    /** Never null. */
    public Removed {
      Objects.requireNonNull(address, "address");
    }
  }

  /** The node is about to leave, and others should send to its consumers no more. There is no way back. */
  record Withdrawn() implements Change {
  }

  /** Where the node's event bus listens. */
  record Listens(NodeInfo info) implements Change {
    /** Never null. */
    public Listens {
      Objects.requireNonNull(info, "info");
    }
  }
}
