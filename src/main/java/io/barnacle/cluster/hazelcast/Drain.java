package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.DrainOptions;
import io.barnacle.cluster.DrainResult;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Empties a node that is about to leave: has the others send nothing to it any more, and waits until what they have sent is
 * answered. Thread-safe; what waits does so on timers of its context, each with a deadline.
 *
 * <p>Two things end the wait: no request is open, and nothing has come or gone for a while ({@link DrainOptions#getQuiet}). The
 * second is for what nobody here can see yet: a peer acknowledges the withdrawal when its registry has it, and may then still
 * write a message for which it chose this node just before; that passes through the peer's queue, two sockets and a consumer's
 * thread, for none of which there is a bound. What comes after that is answered for as long as the rest of leaving takes.
 */
final class Drain {

  private static final System.Logger LOG = System.getLogger(Drain.class.getName());

  /** The most that acknowledgements get: as long as a dead member takes to be dropped by default. */
  private static final long ACKNOWLEDGED_MS = 3_000;
  /** Vert.x's default send timeout: who asks for longer is waited for only if the drain may take longer too. */
  private static final long PATIENCE_MS = 30_000;
  private static final long LOOK_MS = 10;

  private final ContextInternal context;
  private final Registry registry;
  private final Membership membership;
  private final InFlight inFlight;
  private final LongSupplier clockMs;
  private final String self;
  private final long timeoutMs;
  private final long quietMs;
  private Future<DrainResult> last;

  /** @param clockMs that of {@code inFlight} */
  Drain(ContextInternal context, Registry registry, Membership membership, InFlight inFlight, LongSupplier clockMs,
      String self, DrainOptions options) {
    this.context = context;
    this.registry = registry;
    this.membership = membership;
    this.inFlight = inFlight;
    this.clockMs = clockMs;
    this.self = self;
    this.timeoutMs = options.getTimeout().toMillis();
    this.quietMs = options.getQuiet().toMillis();
  }

  /**
   * Drains; who asks while it is under way shares it, who asks again after it only waits until what was answered since, such as
   * a request for the drain, is on its way.
   *
   * @return what came of it; fails only by a mistake of ours
   */
  Future<DrainResult> run() {
    Promise<DrainResult> promise = Promise.promise();
    Future<DrainResult> before;
    synchronized (this) {
      before = last;
      if (before != null && !before.isComplete()) {
        return before;
      }
      last = promise.future();
    }
    Future.succeededFuture()
        .compose(v -> before == null || before.failed() ? begin()
            : settled(clockMs.getAsLong(), 2 * quietMs).map(before.result()))
        .onComplete(promise);
    return promise.future();
  }

  private Future<DrainResult> begin() {
    Set<Node> others = others(membership.vertxNodes());
    if (others.isEmpty() || timeoutMs == 0) {
      return Future.succeededFuture(DrainResult.NOTHING);
    }
    long start = clockMs.getAsLong();
    long answeredBefore = inFlight.answered();
    int registrations = registry.describe().getInteger("registrations");
    return registry.withdraw()
        .timeout(Math.max(1, Math.min(ACKNOWLEDGED_MS, timeoutMs / 2)), TimeUnit.MILLISECONDS)
        .transform(withdrawn -> {
          Set<Node> late = others(registry.behind());
          others.retainAll(others(membership.vertxNodes()));
          others.removeAll(late);
          return settled(start, timeoutMs).map(open -> {
            DrainResult result = new DrainResult(registrations, others, late, inFlight.answered() - answeredBefore, open,
                Duration.ofMillis(clockMs.getAsLong() - start));
            inFlight.abandon();
            LOG.log(result.isComplete() ? System.Logger.Level.INFO : System.Logger.Level.WARNING, describe(result));
            return result;
          });
        });
  }

  /** Completes with the number of requests that are open still: none, unless the deadline is over. */
  private Future<Integer> settled(long start, long withinMs) {
    Promise<Integer> done = Promise.promise();
    context.runOnContext(v -> look(clockMs.getAsLong(), start + withinMs, done));
    return done.future();
  }

  private void look(long begun, long deadline, Promise<Integer> done) {
    long now = clockMs.getAsLong();
    int open = inFlight.count(Math.max(PATIENCE_MS, timeoutMs));
    boolean quiet = now - Math.max(begun, inFlight.lastMs()) >= quietMs;
    if (open == 0 && quiet || now >= deadline) {
      done.complete(open);
    } else {
      context.setTimer(LOOK_MS, id -> look(begun, deadline, done));
    }
  }

  private Set<Node> others(Iterable<String> nodeIds) {
    Set<Node> nodes = new HashSet<>();
    for (String each : nodeIds) {
      if (!each.equals(self)) {
        membership.withNodeId(each).map(Member::node).ifPresent(nodes::add);
      }
    }
    return nodes;
  }

  private static String describe(DrainResult result) {
    return "Drained in " + result.took().toMillis() + " ms: " + result.withdrawn() + " registrations withdrawn, "
        + result.finished() + " requests of other nodes finished meanwhile"
        + (result.notAcknowledged().isEmpty() ? ""
            : "; " + result.notAcknowledged() + " may not know yet, and go on sending to this node until they do")
        + (result.abandoned() == 0 ? "" : "; " + result.abandoned() + " not answered in time, raise drain.timeoutMs");
  }
}
