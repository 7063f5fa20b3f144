package io.barnacle.cluster.hazelcast;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Runs joins and leaves one after the other in the order in which they were asked for; safe for use by any thread. */
final class Lifecycle {

  private Future<Void> last = Future.succeededFuture();

  /** Runs an operation when those before it are done, however they ended. */
  Future<Void> enqueue(Supplier<Future<Void>> operation) {
    Promise<Void> promise = Promise.promise();
    Future<Void> before;
    synchronized (this) {
      before = last;
      last = promise.future();
    }
    before.onComplete(done -> SharedStrategy.guarded(operation).onComplete(promise));
    return promise.future();
  }
}
