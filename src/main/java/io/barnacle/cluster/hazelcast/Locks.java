package io.barnacle.cluster.hazelcast;

import com.hazelcast.map.IMap;
import io.vertx.core.Completable;
import io.vertx.core.VertxException;
import io.vertx.core.shareddata.Lock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Locks for the whole cluster, in the map that vertx-hazelcast uses. Of this node, only the first who waits for a name asks
 * Hazelcast, so a crowd costs one thread, and each asks as an owner of its own, so no lock is reentrant and releasing one
 * that was lost in a fault never frees the next holder's.
 */
final class Locks {

  private static final System.Logger LOG = System.getLogger(Locks.class.getName());

  private static final String MAP = "__vertx.map.lock";
  private static final AtomicLong OWNERS = new AtomicLong(1L << 40);

  private final Supplier<Engine> engine;
  private final Workers waiters;
  private final Workers releases;
  /** Names for which one of this node holds or asks, with those who wait behind. */
  private final Map<String, Queue<Waiter>> queues = new HashMap<>();

  /**
   * @param engine the engine of now; throws if there is none
   * @param waiters whose threads wait for locks, and for nothing else
   * @param releases whose threads never wait for a lock: else those who wait could keep holders from releasing
   */
  Locks(Supplier<Engine> engine, Workers waiters, Workers releases) {
    this.engine = engine;
    this.waiters = waiters;
    this.releases = releases;
  }

  void acquire(String name, long timeoutMs, Completable<Lock> promise) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    Waiter waiter = new Waiter(name, timeoutMs, deadline, promise);
    synchronized (queues) {
      Queue<Waiter> queue = queues.get(name);
      if (queue != null) {
        waiter.queued = true;
        queue.add(waiter);
        releases.after(timeoutMs, waiter::expire);
        return;
      }
      queues.put(name, new ArrayDeque<>());
    }
    waiters.execute(waiter);
  }

  /** Fails all who wait in this node. */
  void close() {
    List<Waiter> waiting = new ArrayList<>();
    synchronized (queues) {
      queues.values().forEach(waiting::addAll);
    }
    waiting.forEach(Waiter::expire);
  }

  /** The turn of the next waiter of this node. */
  private void next(String name) {
    Waiter next;
    synchronized (queues) {
      next = queues.get(name).poll();
      if (next == null) {
        queues.remove(name);
        return;
      }
    }
    waiters.execute(next);
  }

  private final class Waiter implements Runnable {

    private final String name;
    private final long timeoutMs;
    private final long deadline;
    private final Completable<Lock> promise;
    private final AtomicBoolean decided = new AtomicBoolean();
    private boolean queued;

    private Waiter(String name, long timeoutMs, long deadline, Completable<Lock> promise) {
      this.name = name;
      this.timeoutMs = timeoutMs;
      this.deadline = deadline;
      this.promise = promise;
    }

    /** The time is over while others of this node were first. */
    private void expire() {
      if (decided.compareAndSet(false, true)) {
        promise.fail(timedOut());
      }
    }

    @Override
    public void run() {
      if (!decided.compareAndSet(false, true)) {
        next(name);
        return;
      }
      long owner = OWNERS.incrementAndGet();
      try {
        IMap<String, Object> map = engine.get().instance().getMap(MAP);
        // Who need not queue here has all of his time for the cluster, however late a thread was free for him.
        long leftMs = queued ? Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) : timeoutMs;
        boolean locked = HazelcastInternals.asOwner(owner, () -> map.tryLock(name, leftMs, TimeUnit.MILLISECONDS));
        if (locked) {
          promise.succeed(new Held(name, owner, map));
          return;
        }
        promise.fail(timedOut());
      } catch (Exception e) {
        promise.fail(e);
      }
      next(name);
    }

    private VertxException timedOut() {
      return new VertxException("Timed out waiting to get lock " + name, true);
    }
  }

  private final class Held implements Lock {

    private final String name;
    private final long owner;
    private final IMap<String, Object> map;
    private final AtomicBoolean released = new AtomicBoolean();

    private Held(String name, long owner, IMap<String, Object> map) {
      this.name = name;
      this.owner = owner;
      this.map = map;
    }

    @Override
    public void release() {
      if (released.compareAndSet(false, true)) {
        releases.execute(() -> {
          try {
            HazelcastInternals.asOwner(owner, () -> {
              map.unlock(name);
              return null;
            });
          } catch (Exception e) {
            // Lost before: with its engine, or in a merge in which the other side's holder prevailed.
            LOG.log(System.Logger.Level.DEBUG, "Lock " + name + " was not held any more when it was released", e);
          } finally {
            next(name);
          }
        });
      }
    }
  }
}
