package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.MembershipChange;
import io.vertx.core.Completable;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import io.vertx.core.eventbus.impl.clustered.NodeSelector;
import io.vertx.core.spi.cluster.ClusteredNode;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows to which node each request of this process went, and fails those whose node leaves the cluster: with Vert.x alone they
 * wait for their timeouts. Thread-safe; nothing blocks.
 *
 * <p>Nothing that Vert.x offers says both the request and the node. An outbound interceptor sees a message but not where it will
 * go; a {@link NodeSelector} says where a message to an address goes but not which message it is asked for. Vert.x asks it on the
 * thread, and within the call, with which the last interceptor lets the message pass: so the interceptor leaves the reply address
 * to the thread, and the selector takes it from there. Not seen is what another interceptor lets pass from elsewhere, and a reply
 * that asks for a reply itself, for which no node is selected; these wait for their timeouts as before.
 *
 * <p>A request fails with {@link ReplyFailure#TIMEOUT}, and with a message that says more: like one that timed out it may have been
 * handled or not. (Vert.x says so of requests that a closed consumer discards.)
 *
 * <p>Memory is bounded: of twice {@value #REMEMBERED} without an answer the oldest are forgotten.
 */
final class SentRequests {

  /** Entries in one of the two maps; some 200 bytes each. */
  static final int REMEMBERED = 32_768;
  /**
   * For so long after a node has left its answers are still waited for: they may have arrived, and be in a buffer or wait for a
   * thread, while the news of its leaving went another way.
   */
  static final long GRACE_MS = 500;

  /** Whoever has waited for so long does not any more: that a request has timed out is not told. */
  static final long PATIENCE_MS = 600_000;
  static final int SLICE = 500;

  private static final String REPLIES = "__vertx.reply.";

  /** What this has to know of the cluster, and how it waits. */
  interface World {

    /** Whether a node that was a member is no longer one; must not be slow. */
    boolean hasLeft(String nodeId);

    /** Runs a task when some time has passed. */
    void after(long delayMs, Runnable task);

    /** Milliseconds that never go back. */
    long nowMs();
  }

  private record Sent(String nodeId, long atMs) {
  }

  private record Watched(EventBus bus, String ownId, World world) {
  }

  private final Handler<DeliveryContext<Object>> outbound = this::leaves;
  private final Handler<DeliveryContext<Object>> inbound = this::arrives;
  /** The reply address of what this thread sends right now. */
  private final ThreadLocal<String> sending = new ThreadLocal<>();
  /** The node that each went to, by its reply address. */
  private volatile Map<String, Sent> recent = new ConcurrentHashMap<>();
  /** The same of those that went before the last time that there were too many. */
  private volatile Map<String, Sent> older = new ConcurrentHashMap<>();
  private volatile Watched watched;

  /** Watches what goes over a bus from now on, whose selector is one of {@link #selector}. */
  void watch(EventBus bus, String ownId, World world) {
    watched = new Watched(bus, ownId, world);
    bus.addOutboundInterceptor(outbound);
    bus.addInboundInterceptor(inbound);
  }

  /** Watches no more, and forgets all. */
  void unwatch() {
    Watched last = watched;
    if (last != null) {
      watched = null;
      last.bus.removeOutboundInterceptor(outbound);
      last.bus.removeInboundInterceptor(inbound);
      recent = new ConcurrentHashMap<>();
      older = new ConcurrentHashMap<>();
    }
  }

  /** How many have no answer yet, as far as is remembered. */
  int size() {
    return recent.size() + older.size();
  }

  /** Fails what a node that leaves has not answered. */
  void changed(MembershipChange change) {
    Watched now = watched;
    if (change instanceof MembershipChange.Left left && now != null) {
      String nodeId = left.member().nodeId();
      long nowMs = now.world.nowMs();
      List<String> unanswered = new ArrayList<>();
      for (Map<String, Sent> each : List.of(recent, older)) { // in this order none is missed that moves from one to the other
        each.forEach((replyAddress, request) -> {
          if (request.nodeId.equals(nodeId) && nowMs - request.atMs < PATIENCE_MS) {
            unanswered.add(replyAddress);
          }
        });
      }
      if (!unanswered.isEmpty()) {
        String node = left.member().node().toString();
        now.world.after(GRACE_MS, () -> failAll(now, unanswered, nodeId, node));
      }
    }
  }

  /** A selector that tells this what another one chooses. */
  NodeSelector selector(NodeSelector choice) {
    return new Telling(choice);
  }

  void leaves(DeliveryContext<Object> delivery) {
    String replyAddress = delivery.message().replyAddress();
    String outer = sending.get();
    if (replyAddress == null && outer == null) {
      delivery.next();
      return;
    }
    sending.set(replyAddress);
    try {
      delivery.next();
    } finally {
      sending.set(outer);
    }
  }

  void arrives(DeliveryContext<Object> delivery) {
    Message<Object> message = delivery.message();
    if (message instanceof ClusteredMessage<?, ?> clustered && clustered.isFromWire()
        && message.address().startsWith(REPLIES)) {
      forget(message.address());
    }
    delivery.next();
  }

  private boolean forget(String replyAddress) {
    return recent.remove(replyAddress) != null || older.remove(replyAddress) != null;
  }

  private void goes(String replyAddress, String nodeId) {
    Watched now = watched;
    if (now == null || nodeId == null || nodeId.equals(now.ownId)) {
      return;
    }
    Map<String, Sent> current = recent;
    current.put(replyAddress, new Sent(nodeId, now.world.nowMs()));
    if (current.size() > REMEMBERED) {
      makeRoom(current);
    }
    if (now.world.hasLeft(nodeId)) { // chosen before, noted after it was gone
      now.world.after(GRACE_MS, () -> fail(now, replyAddress, nodeId, "node " + nodeId));
    }
  }

  /** So many at a time: nobody else on that thread has to wait for all of them. */
  private void failAll(Watched now, List<String> replyAddresses, String nodeId, String node) {
    int some = Math.min(SLICE, replyAddresses.size());
    replyAddresses.subList(0, some).forEach(replyAddress -> fail(now, replyAddress, nodeId, node));
    if (some < replyAddresses.size()) {
      now.world.after(1, () -> failAll(now, replyAddresses.subList(some, replyAddresses.size()), nodeId, node));
    }
  }

  private void fail(Watched now, String replyAddress, String nodeId, String node) {
    if (now.world.hasLeft(nodeId) && forget(replyAddress)) {
      now.bus.send(replyAddress, new ReplyException(ReplyFailure.TIMEOUT, node + " has left the cluster without an answer;"
          + " whether it handled the request is not known"), new DeliveryOptions().setLocalOnly(true));
    }
  }

  private synchronized void makeRoom(Map<String, Sent> full) {
    if (recent == full) {
      older = full;
      recent = new ConcurrentHashMap<>();
    }
  }

  /** Passes everything on to the selector that chooses. */
  private final class Telling implements NodeSelector {

    private final NodeSelector choice;

    Telling(NodeSelector choice) {
      this.choice = choice;
    }

    @Override
    public void selectForSend(String address, Completable<String> promise) {
      String replyAddress = sending.get();
      choice.selectForSend(address, replyAddress == null ? promise : (nodeId, failure) -> {
        if (failure == null) {
          goes(replyAddress, nodeId);
        }
        promise.complete(nodeId, failure);
      });
    }

    @Override
    public void selectForPublish(String address, Completable<Iterable<String>> promise) {
      choice.selectForPublish(address, promise);
    }

    @Override
    public void init(ClusteredNode node) {
      choice.init(node);
    }

    @Override
    public void eventBusStarted() {
      choice.eventBusStarted();
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return choice.wantsUpdatesFor(address);
    }

    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
      choice.registrationsUpdated(event);
    }
  }
}
