package io.barnacle.cluster.registry;

import io.vertx.core.Future;

/**
 * How a registry reaches those of the other members. Nothing may block; futures complete on any thread, and within a deadline
 * of the link's own, also if the peer is dead or hung.
 */
public interface PeerLink {

  /** Hands a message to the peer's {@link CardRegistry#pushed} and brings its answer. */
  Future<Ack> push(String peer, Push push);

  /** Has the peer's {@link CardRegistry#asked} called, for this node. */
  Future<Void> ask(String peer);
}
