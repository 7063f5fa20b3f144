package io.barnacle.cluster.registry;

import io.vertx.core.Completable;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/** Who waits until all peers have a version of this node's card, in order. Guarded by the registry's lock. */
final class Settlement {

  private record Waiting(long version, long deadlineMs, Completable<Void> promise) {
  }

  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final Outbox outbox;

  Settlement(Outbox outbox) {
    this.outbox = outbox;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void await(long version, long deadlineMs, Completable<Void> promise) {
    waiting.add(new Waiting(version, deadlineMs, promise));
  }

  /** Everybody has that version. */
  void settled(long version) {
    while (!waiting.isEmpty() && waiting.peek().version() <= version) {
      Completable<Void> done = waiting.remove().promise();
      outbox.add(done::succeed);
    }
  }

  /** Fails those that have waited for too long. */
  void expire(long nowMs, Supplier<Throwable> cause) {
    while (!waiting.isEmpty() && waiting.peek().deadlineMs() <= nowMs) {
      fail(cause.get());
    }
  }

  void failAll(Supplier<Throwable> cause) {
    while (!waiting.isEmpty()) {
      fail(cause.get());
    }
  }

  private void fail(Throwable cause) {
    Completable<Void> late = waiting.remove().promise();
    outbox.add(() -> late.fail(cause));
  }
}
