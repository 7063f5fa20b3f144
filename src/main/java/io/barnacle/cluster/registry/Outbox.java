package io.barnacle.cluster.registry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is to be done outside the lock, in the order in which it was decided under it: one thread at a time does it, for all.
 * Nothing in it may block.
 */
final class Outbox {

  private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger work = new AtomicInteger();

  /** Notes something; call under the lock. */
  void add(Runnable effect) {
    queue.add(effect);
  }

  /** Does what was noted, unless another thread is at it, which then does it too; call without the lock. */
  void drain() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Runnable effect = queue.poll(); effect != null; effect = queue.poll()) {
        try {
          effect.run();
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.WARNING, "A listener of the event-bus registry failed", e);
        }
      }
      seen = work.addAndGet(-seen);
    } while (seen != 0);
  }
}
