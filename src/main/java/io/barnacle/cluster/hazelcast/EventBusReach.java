package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.MembershipChange;
import io.vertx.core.Completable;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.tcp.NetClientBuilder;
import io.vertx.core.spi.cluster.NodeInfo;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fails what cannot be sent, at once. Vert.x's event bus asks where a node listens each time before it connects to it. If that
 * connection then fails, the requests that wait for it are not told, and hang until their own timeouts; they are told if the
 * question is answered by a {@link ReplyException}. So when the event bus asks for a node again, which it does when a
 * connection to it is lost, the answer waits until the address was seen to accept one. This is what ends the requests to a node
 * that was killed, before it is dropped from the cluster. The first question is answered without delay. Safe for use by any
 * thread.
 */
final class EventBusReach {

  private final NetClient client;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /** @param eventBus for its connect timeout, which applies here too */
  EventBusReach(VertxInternal vertx, EventBusOptions eventBus) {
    // As the event bus makes its own: not one that Vert.x closes first of all, while this node still drains.
    this.client = new NetClientBuilder(vertx, new NetClientOptions().setConnectTimeout(eventBus.getConnectTimeout())).build();
  }

  /** What to answer the event bus: fails with a {@link ReplyException} if the node's event bus is known to refuse. */
  Completable<NodeInfo> checking(String nodeId, Completable<NodeInfo> answer) {
    return (info, failure) -> {
      if (failure != null || asked.add(nodeId)) {
        answer.complete(info, failure);
        return;
      }
      client.connect(info.port(), info.host()).onComplete(socket -> {
        socket.close();
        answer.succeed(info);
      }, e -> answer.fail(new ReplyException(ReplyFailure.NO_HANDLERS, "node " + nodeId
          + " cannot be reached on the event bus at " + info.host() + ":" + info.port() + ": " + e.getMessage())));
    };
  }

  /** Forgets nodes that have left. */
  void changed(MembershipChange change) {
    if (change instanceof MembershipChange.Left left) {
      asked.remove(left.member().nodeId());
    }
  }

  void close() {
    client.close();
  }
}
