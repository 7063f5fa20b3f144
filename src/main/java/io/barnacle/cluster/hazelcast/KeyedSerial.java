package io.barnacle.cluster.hazelcast;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Runs tasks of one key one after the other, in order, and tasks of different keys side by side, on a pool. */
final class KeyedSerial {

  private static final System.Logger LOG = System.getLogger(KeyedSerial.class.getName());

  private final Executor pool;
  /** Keys at work, each with what waits behind it. */
  private final Map<Object, Queue<Runnable>> waiting = new HashMap<>();

  KeyedSerial(Executor pool) {
    this.pool = pool;
  }

  void execute(Object key, Runnable task) {
    synchronized (waiting) {
      Queue<Runnable> queue = waiting.get(key);
      if (queue != null) {
        queue.add(task);
        return;
      }
      waiting.put(key, new ArrayDeque<>());
    }
    pool.execute(() -> run(key, task));
  }

  private void run(Object key, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "A task of the cluster manager failed", e);
    } finally {
      Runnable next;
      synchronized (waiting) {
        next = waiting.get(key).poll();
        if (next == null) {
          waiting.remove(key);
        }
      }
      if (next != null) {
        pool.execute(() -> run(key, next));
      }
    }
  }
}
