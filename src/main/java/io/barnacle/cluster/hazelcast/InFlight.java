package io.barnacle.cluster.hazelcast;

import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Knows which requests of other nodes this node has not answered yet. Thread-safe; nothing blocks.
 *
 * <p>Vert.x calls inbound interceptors on the consumer's own context just before its handler, for replies too, and outbound
 * interceptors for everything that is sent: a reply, a failure and the answer to a request that was discarded are messages to
 * the address {@code __vertx.reply.…} that came with the request. So that address is noted on arrival and taken away once its
 * reply was handed to the network. What is of this process is not counted: a verticle that asks its own node all the time must
 * not keep that from being empty.
 *
 * <p>Not seen is what still waits for its consumer's thread, or for a paused consumer: that is seen as soon as the thread takes
 * it. Handlers that run are counted too, so one that blocks its thread does not make the node look empty to the messages behind.
 *
 * <p>A request whose handler never replies stays noted. It is not waited for once it is older than its sender's patience, see
 * {@link #count}, and memory is bounded: of twice {@value #REMEMBERED} without an answer the oldest are forgotten.
 */
final class InFlight {

  /** Entries in one of the two maps; some 150 bytes each. */
  static final int REMEMBERED = 32_768;

  private static final String REPLIES = "__vertx.reply.";

  private final LongSupplier clockMs;
  private final Handler<DeliveryContext<Object>> inbound = this::arrives;
  private final Handler<DeliveryContext<Object>> outbound = this::leaves;
  /** When each came that has no answer yet, by its reply address. */
  private volatile Map<String, Long> recent = new ConcurrentHashMap<>();
  /** The same of those that came before the last time that there were too many. */
  private volatile Map<String, Long> older = new ConcurrentHashMap<>();
  private final AtomicInteger running = new AtomicInteger();
  private final LongAdder answered = new LongAdder();
  private volatile long lastMs;

  /** @param clockMs milliseconds that never go back, for any thread */
  InFlight(LongSupplier clockMs) {
    this.clockMs = clockMs;
    this.lastMs = clockMs.getAsLong();
  }

  /** Counts what comes and goes on a bus from now on. */
  void watch(EventBus bus) {
    bus.addInboundInterceptor(inbound);
    bus.addOutboundInterceptor(outbound);
  }

  /** Counts no more. */
  void unwatch(EventBus bus) {
    bus.removeInboundInterceptor(inbound);
    bus.removeOutboundInterceptor(outbound);
  }

  /**
   * How many requests have no answer yet, or whose handlers run.
   *
   * @param patienceMs for how long a sender waits for an answer: older requests do not count
   */
  int count(long patienceMs) {
    long oldest = clockMs.getAsLong() - patienceMs;
    long open = recent.values().stream().filter(since -> since >= oldest).count()
        + older.values().stream().filter(since -> since >= oldest).count();
    return (int) Math.max(open, running.get());
  }

  /** How many were answered since this node joined. */
  long answered() {
    return answered.sum();
  }

  /** When something came the last time, or an answer went, on the clock of this. */
  long lastMs() {
    return lastMs;
  }

  /** A request is not to be waited for; null is none. */
  void forget(String replyAddress) {
    if (replyAddress != null && recent.remove(replyAddress) == null) {
      older.remove(replyAddress);
    }
  }

  /** Forgets everything that has no answer. */
  void abandon() {
    recent = new ConcurrentHashMap<>();
    older = new ConcurrentHashMap<>();
  }

  void arrives(DeliveryContext<Object> delivery) {
    Message<Object> message = delivery.message();
    String replyAddress = message.replyAddress();
    boolean isReply = replyAddress == null && message.address().startsWith(REPLIES);
    if (isReply || !(message instanceof ClusteredMessage<?, ?> clustered && clustered.isFromWire())) {
      delivery.next();
      return;
    }
    long now = touch();
    if (replyAddress != null) {
      note(replyAddress, now);
    }
    running.incrementAndGet();
    try {
      delivery.next();
    } finally {
      running.decrementAndGet();
    }
  }

  void leaves(DeliveryContext<Object> delivery) {
    try {
      delivery.next();
    } finally {
      // Only now: who waits for the last answer must find it on its way.
      String address = delivery.message().address();
      if (address.startsWith(REPLIES) && (recent.remove(address) != null || older.remove(address) != null)) {
        answered.increment();
        touch();
      }
    }
  }

  private long touch() {
    long now = clockMs.getAsLong();
    if (lastMs != now) {
      lastMs = now;
    }
    return now;
  }

  private void note(String replyAddress, long now) {
    Map<String, Long> current = recent;
    current.put(replyAddress, now);
    if (current.size() > REMEMBERED) {
      makeRoom(current);
    }
  }

  private synchronized void makeRoom(Map<String, Long> full) {
    if (recent == full) {
      older = full;
      recent = new ConcurrentHashMap<>();
    }
  }
}
