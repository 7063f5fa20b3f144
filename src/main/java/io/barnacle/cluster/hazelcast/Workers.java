package io.barnacle.cluster.hazelcast;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which a cluster manager blocks: starting, stopping, searching. They are not Vert.x's own workers, which
 * Vert.x closes before it lets the cluster manager leave. Idle ones end.
 */
final class Workers implements Executor {

  private static final System.Logger LOG = System.getLogger(Workers.class.getName());

  private final ThreadPoolExecutor executor;
  private final ContextInternal context;

  /** @param context has the timers of {@link #after} */
  Workers(String name, int threads, ContextInternal context) {
    this.context = context;
    AtomicInteger count = new AtomicInteger();
    executor = new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
      Thread thread = new Thread(task, "barnacle-" + name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Runs a task; after {@link #close} it is dropped. */
  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> {
        try {
          task.run();
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.WARNING, "A task of the cluster manager failed", e);
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "Dropped, as the cluster manager has left", e);
    }
  }

  /** Runs something that blocks; the future completes on a worker. */
  <T> Future<T> call(Callable<T> task) {
    Promise<T> promise = Promise.promise();
    try {
      executor.execute(() -> {
        try {
          promise.complete(task.call());
        } catch (Throwable e) {
          promise.fail(e);
        }
      });
    } catch (RejectedExecutionException e) {
      promise.fail(e);
    }
    return promise.future();
  }

  /** Runs a task when some time has passed. */
  void after(long delayMs, Runnable task) {
    context.runOnContext(v -> context.setTimer(Math.max(1, delayMs), id -> execute(task)));
  }

  /** Ends the threads when they have done what they were given. */
  void close() {
    executor.shutdown();
  }
}
