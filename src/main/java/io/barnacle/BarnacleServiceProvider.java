package io.barnacle;

import io.barnacle.cluster.Healing;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.impl.clustered.DefaultNodeSelector;
import io.vertx.core.eventbus.impl.clustered.NodeSelector;
import io.vertx.core.impl.VertxBootstrapImpl;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.ServiceLoader;

/**
 * How Vert.x finds Barnacle's cluster manager by itself, for a clustered Vert.x to which none was given. The manager reads
 * this process's configuration when it joins.
 *
 * <p>A cluster manager that was given to {@code Vertx.builder()} stays. vertx-hazelcast, which Barnacle depends on, offers
 * its own in the same way and Vert.x takes the first that it finds; where class path order puts that one first, this
 * provider puts Barnacle's in its place, as long as it was not configured by anybody: then it can only be the found one, or
 * one as good as it.
 *
 * <p>Whoever chose Barnacle's manager, and however, the event bus gets the pings and connect timeout that heal with the
 * cluster, see {@link Healing#tune}; until a configuration file is read those are the ones of {@link Healing#FAST}. Only
 * Vert.x's own defaults are replaced, and where slower ones are set the log says so at the start. It also gets the TLS of
 * {@code eventBus.tls}, from a manager that was made with it; one that reads a configuration file only when it joins comes too
 * late for that, and fails the join. And it gets a selector of nodes that has requests fail when the node leaves to which they
 * went, see {@link BarnacleClusterManager#selector}.
 */
public final class BarnacleServiceProvider implements VertxServiceProvider {

  private static final System.Logger LOG = System.getLogger(BarnacleServiceProvider.class.getName());

  private final List<Class<?>> providers;

  /** For the service loader. */
  public BarnacleServiceProvider() {
    this(List.copyOf(ServiceLoader.load(VertxServiceProvider.class).stream().map(ServiceLoader.Provider::type).toList()));
  }

  /** @param providers all providers in the order in which Vert.x asks them */
  BarnacleServiceProvider(List<Class<?>> providers) {
    this.providers = providers;
  }

  @Override
  public void init(VertxBootstrap bootstrap) {
    ClusterManager chosen = bootstrap.clusterManager();
    if (chosen == null) {
      bootstrap.clusterManager(configured());
    } else if (wasFound(chosen)) {
      LOG.log(System.Logger.Level.INFO, "The cluster manager is Barnacle''s, in place of vertx-hazelcast''s that was found"
          + " first; to use that one, give Vertx.builder() one that has a Hazelcast Config");
      bootstrap.clusterManager(configured());
    }
    if (bootstrap.clusterManager() instanceof BarnacleClusterManager manager) {
      bootstrap.options(tuned(bootstrap.options(), manager.healing(), manager.tls()));
      manager.eventBus(bootstrap.options().getEventBusOptions());
      if (bootstrap instanceof VertxBootstrapImpl vertx) { // the only one there is
        NodeSelector choice = vertx.clusterNodeSelector();
        vertx.clusterNodeSelector(manager.selector(choice == null ? new DefaultNodeSelector() : choice));
      }
    }
  }

  /** A copy with a tuned event bus; metrics options stay the same object, of which Vert.x's own copy loses the class. */
  static VertxOptions tuned(VertxOptions options, Healing healing, TlsOptions tls) {
    VertxOptions tuned = new VertxOptions(options).setMetricsOptions(options.getMetricsOptions());
    healing.tune(tuned.getEventBusOptions());
    if (tls != null) {
      tls.applyTo(tuned.getEventBusOptions());
    }
    return tuned;
  }

  /** Whether vertx-hazelcast's manager can have been chosen by nothing but the order of the class path. */
  private boolean wasFound(ClusterManager chosen) {
    int theirs = providers.indexOf(HazelcastClusterManager.class);
    boolean theyAreFirst = theirs >= 0 && theirs < providers.indexOf(BarnacleServiceProvider.class);
    return theyAreFirst
        && chosen instanceof HazelcastClusterManager bare
        && bare.getClass() == HazelcastClusterManager.class
        && bare.getConfig() == null
        && bare.getHazelcastInstance() == null;
  }

  private static BarnacleClusterManager configured() {
    return new BarnacleClusterManager(vertx -> ConfigLoader.load(vertx).map(Barnacle::setup));
  }
}
