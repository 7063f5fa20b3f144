package io.barnacle.canary;

import io.barnacle.node.Member;
import io.vertx.core.Future;
import io.vertx.core.spi.cluster.NodeInfo;
import java.time.Duration;
import java.util.Optional;

/** The event bus as a canary sees it; used on the canary's event loop, where futures complete too. */
interface Bus {

  /** Asks a member; never fails, and is done when the timeout is over. */
  Future<Finding> ask(Member peer, Duration timeout);

  /** Where this node says that its event bus listens; empty if it has not said so. */
  Optional<NodeInfo> own();

  /** Whether anything of another canary has ever come in, so that others do reach this node where it says. */
  boolean hasHeard();
}
