package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.cluster.registry.CardRegistry;
import io.barnacle.internal.Timers;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The registry of cards ({@link CardRegistry}) on this node's engine and membership. */
final class ReplicatedRegistry implements Registry {

  private static final System.Logger LOG = System.getLogger(ReplicatedRegistry.class.getName());

  private final Membership membership;
  private final NodeNews news;
  private final RegistryLink link;
  private final CardRegistry cards;
  private volatile boolean closed;

  ReplicatedRegistry(
      String nodeId,
      Membership membership,
      Executor pool,
      ContextInternal context,
      RegistrationListener registrationListener,
      Supplier<NodeListener> nodeListener) {
    this.membership = membership;
    this.news = new NodeNews(membership, pool, nodeListener);
    Timers timers = timers(context);
    this.link = new RegistryLink(nodeId, timers);
    this.cards = new CardRegistry(nodeId, link, timers, registrationListener);
  }

  @Override
  public void install(Config config) {
    RegistryOperation.install(config, cards);
  }

  @Override
  public void attach(Engine attached) {
    link.use(attached);
    cards.check();
    try {
      cards.cardsOf(membership.vertxNodes()).toCompletionStage().toCompletableFuture()
          .get(2 * CardRegistry.ACKNOWLEDGED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(System.Logger.Level.WARNING, "Not all members have sent their event-bus registrations yet: those that are hung"
          + " or cut off will be dropped, or send them when they can", e);
    }
  }

  @Override
  public void detach() {
    link.use(null);
  }

  @Override
  public void changed(MembershipChange change) {
    if (closed) {
      return;
    }
    if (change instanceof MembershipChange.Joined joined) {
      String nodeId = joined.member().nodeId();
      if (membership.isVertxNode(nodeId)) {
        cards.joined(nodeId);
      }
      news.tell(listener -> listener.nodeAdded(nodeId));
    } else if (change instanceof MembershipChange.Left left) {
      String nodeId = left.member().nodeId();
      link.forget(nodeId);
      cards.left(nodeId);
      news.tell(listener -> listener.nodeLeft(nodeId));
    } else {
      cards.check();
    }
  }

  @Override
  public void leaving() {
    news.stop();
  }

  @Override
  public void close() {
    closed = true;
    cards.close();
    detach();
  }

  @Override
  public void add(Object order, String address, RegistrationInfo info, Completable<Void> promise) {
    cards.add(address, info, promise);
  }

  @Override
  public void remove(Object order, String address, RegistrationInfo info, Completable<Void> promise) {
    cards.remove(address, info, promise);
  }

  @Override
  public void get(String address, Completable<List<RegistrationInfo>> promise) {
    promise.succeed(cards.get(address));
  }

  @Override
  public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
    cards.listens(info, promise);
  }

  @Override
  public NodeInfo ownNodeInfo() {
    return cards.ownInfo();
  }

  @Override
  public void nodeInfo(String nodeId, Completable<NodeInfo> promise) {
    cards.infoOf(nodeId).onComplete(promise);
  }

  @Override
  public Future<Void> withdraw() {
    return cards.withdraw();
  }

  @Override
  public Set<String> behind() {
    return cards.behind();
  }

  @Override
  public List<String> nodes() {
    return news.nodes();
  }

  @Override
  public JsonObject describe() {
    return new JsonObject().put("mode", "replicated").mergeIn(cards.describe());
  }

  @Override
  public JsonObject addresses(String after, int limit) {
    return cards.addresses(after, limit);
  }

  /** Timers of the cluster manager's own context: those of a caller's could end with its deployment. */
  private static Timers timers(ContextInternal context) {
    Timers ofVertx = Timers.of(context.owner());
    return new Timers() {
      @Override
      public long schedule(Duration delay, Runnable action) {
        context.runOnContext(v -> context.setTimer(Math.max(1, delay.toMillis()), id -> action.run()));
        return -1;
      }

      @Override
      public boolean cancel(long id) {
        throw new IllegalStateException("the registry cancels no timers");
      }

      @Override
      public long monotonicMillis() {
        return ofVertx.monotonicMillis();
      }

      @Override
      public Instant now() {
        return ofVertx.now();
      }
    };
  }
}
