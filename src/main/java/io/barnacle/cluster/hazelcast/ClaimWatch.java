package io.barnacle.cluster.hazelcast;

import io.vertx.core.internal.ContextInternal;

/**
 * Keeps a mastership claim from waiting for the dead. Whoever takes over from an oldest member that is gone asks all others
 * to agree, and waits up to five seconds for each, one after the other; it begins when the last member before it is
 * suspected, so those behind it that are lost as well are still asked. As soon as they are suspected too, their answers are
 * called off: the side of a split that lost its oldest member is whole as soon as the other one.
 *
 * <p>Lives on the connector's context; does not block.
 */
final class ClaimWatch {

  private static final long EVERY_MS = 100;

  private final ContextInternal context;
  private final long timer;

  /** Watches an engine from now on, until {@link #close}. */
  ClaimWatch(ContextInternal context, Engine engine) {
    this.context = context;
    this.timer = context.setPeriodic(EVERY_MS, id -> {
      if (engine.isRunning()) {
        engine.internals().callOffSuspects();
      }
    });
  }

  /** Ends the watch. */
  void close() {
    context.owner().cancelTimer(timer);
  }
}
