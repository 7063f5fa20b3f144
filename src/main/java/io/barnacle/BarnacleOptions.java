package io.barnacle;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.DrainOptions;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.control.ControlOptions;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.event.EventsOptions;
import io.barnacle.internal.JsonReader;
import io.barnacle.node.NodeOptions;
import io.barnacle.reconcile.RemovalOptions;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/** The configuration of a barnacle: who this node is, how it finds its peers, and how often it looks. */
public final class BarnacleOptions {

  /** Default of {@link #getPollInterval()}: 5 s. */
  public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(5);

  /** Default of {@link #getRefreshTimeout()}: 10 s. */
  public static final Duration DEFAULT_REFRESH_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(24);

  private String name;
  private Duration pollInterval = DEFAULT_POLL_INTERVAL;
  private Duration refreshTimeout = DEFAULT_REFRESH_TIMEOUT;
  private NodeOptions node = new NodeOptions();
  private ClusterOptions cluster = new ClusterOptions();
  private StrategyOptions strategy;
  private BootstrapOptions bootstrap = new BootstrapOptions();
  private Healing healing = Healing.FAST;
  private TlsOptions eventBusTls;
  private RemovalOptions removal = new RemovalOptions();
  private EventsOptions events = new EventsOptions();
  private DrainOptions drain = new DrainOptions();
  private ControlOptions control = new ControlOptions();
  private Consumer<BarnacleEvent> listener;

  /** All defaults; the strategy has none and must be set. */
  public BarnacleOptions() {
  }

  /** A copy; strategy options are shared, as they are not changed by anybody but their owner before use. */
  public BarnacleOptions(BarnacleOptions other) {
    this.name = other.name;
    this.pollInterval = other.pollInterval;
    this.refreshTimeout = other.refreshTimeout;
    this.node = new NodeOptions(other.node);
    this.cluster = new ClusterOptions(other.cluster);
    this.strategy = other.strategy;
    this.bootstrap = new BootstrapOptions(other.bootstrap);
    this.healing = other.healing;
    this.eventBusTls = other.eventBusTls;
    this.removal = new RemovalOptions(other.removal);
    this.events = new EventsOptions(other.events);
    this.drain = new DrainOptions(other.drain);
    this.control = new ControlOptions(other.control);
    this.listener = other.listener;
  }

  /**
   * Reads the JSON form, which is also that of {@code conf/barnacle.json}; {@code conf/barnacle.schema.json} describes
   * it. The strategy is read by the {@link io.barnacle.strategy.StrategyProvider} of its type, found by
   * {@link java.util.ServiceLoader} through the thread's context class loader and Barnacle's own.
   *
   * @throws InvalidOptionsException with every fault at once, each with its path: unknown keys, wrong types, values out
   *     of range, a missing or unknown strategy
   */
  public static BarnacleOptions fromJson(JsonObject json) {
    return OptionsReader.read(json);
  }

  /** The name of this barnacle among several of one process, or null. */
  public String getName() {
    return name;
  }

  /** Sets the name of this barnacle, part of its event-bus addresses. Default null: it is the only one. */
  public BarnacleOptions setName(String name) {
    if (name != null && name.isBlank()) {
      throw new IllegalArgumentException("a name is not blank; leave it out where there is only one barnacle");
    }
    this.name = name;
    return this;
  }

  /** Time between the starts of two refreshes. */
  public Duration getPollInterval() {
    return pollInterval;
  }

  /**
   * Sets the time between the starts of two refreshes. Default 5 s, 100 ms to 24 h, kept to the millisecond. Shorter
   * finds new nodes sooner and asks discovery more often; the loss of a member does not wait for it.
   *
   * @throws IllegalArgumentException if out of range
   */
  public BarnacleOptions setPollInterval(Duration pollInterval) {
    this.pollInterval = requireRange(pollInterval);
    return this;
  }

  /** The deadline of one refresh. */
  public Duration getRefreshTimeout() {
    return refreshTimeout;
  }

  /**
   * Sets the deadline of one refresh, discovery and connects together. Default 10 s, 100 ms to 24 h, kept to the
   * millisecond. Shorter gives up sooner on a slow discovery, longer leaves a hung one in the way of the next refresh.
   *
   * @throws IllegalArgumentException if out of range
   */
  public BarnacleOptions setRefreshTimeout(Duration refreshTimeout) {
    this.refreshTimeout = requireRange(refreshTimeout);
    return this;
  }

  /** Who this node is. */
  public NodeOptions getNode() {
    return node;
  }

  /** Sets who this node is. */
  public BarnacleOptions setNode(NodeOptions node) {
    this.node = new NodeOptions(node);
    return this;
  }

  /** Which cluster this node belongs to. */
  public ClusterOptions getCluster() {
    return cluster;
  }

  /** Sets which cluster this node belongs to. */
  public BarnacleOptions setCluster(ClusterOptions cluster) {
    this.cluster = new ClusterOptions(cluster);
    return this;
  }

  /** How peers are found. */
  public StrategyOptions getStrategy() {
    return strategy;
  }

  /** Sets how peers are found. */
  public BarnacleOptions setStrategy(StrategyOptions strategy) {
    this.strategy = Objects.requireNonNull(strategy, "strategy");
    return this;
  }

  /**
   * Sets a strategy of one's own, see {@link Strategy#of}. All barnacles that are given the same one share it: it is started
   * with the first and closed with the last of them, and each calls it on its own event loop. The JSON form cannot carry
   * it: there, use the type {@code custom}.
   */
  public BarnacleOptions setStrategy(Strategy strategy) {
    return setStrategy(new GivenStrategy(strategy));
  }

  /** Who in this process is told of every event, or null. */
  public Consumer<BarnacleEvent> getListener() {
    return listener;
  }

  /**
   * Sets who in this process is told of every event, on a worker thread, one event after the other. Default null. Not part
   * of the JSON form, nor of {@code equals}. What it throws is logged; one that is very slow misses events.
   */
  public BarnacleOptions setListener(Consumer<BarnacleEvent> listener) {
    this.listener = listener;
    return this;
  }

  /** When a node that finds no cluster forms one. */
  public BootstrapOptions getBootstrap() {
    return bootstrap;
  }

  /** Sets when a node that finds no cluster forms one. */
  public BarnacleOptions setBootstrap(BootstrapOptions bootstrap) {
    this.bootstrap = new BootstrapOptions(bootstrap);
    return this;
  }

  /** How soon a silent member is taken for dead. */
  public Healing getHealing() {
    return healing;
  }

  /**
   * Sets how soon a member that says nothing is taken for dead, for the cluster manager and, where it has Vert.x's own
   * values, the event bus. Default {@link Healing#FAST}. All nodes of a cluster should have the same.
   */
  public BarnacleOptions setHealing(Healing healing) {
    this.healing = Objects.requireNonNull(healing, "healing");
    return this;
  }

  /** What the event bus encrypts with, or null. */
  public TlsOptions getEventBusTls() {
    return eventBusTls;
  }

  /**
   * Sets the certificates with which the event bus encrypts, and shows who it is. Default null: it does neither, and takes
   * messages from whoever reaches its port. For {@link Barnacle#clusteredVertx} and {@link Barnacle#clusterManager}; a Vert.x
   * that is there already cannot be changed. See {@link TlsOptions}.
   */
  public BarnacleOptions setEventBusTls(TlsOptions eventBusTls) {
    this.eventBusTls = eventBusTls;
    return this;
  }

  /** When members that discovery no longer lists are removed. */
  public RemovalOptions getRemoval() {
    return removal;
  }

  /** Sets when members that discovery no longer lists are removed. */
  public BarnacleOptions setRemoval(RemovalOptions removal) {
    this.removal = new RemovalOptions(removal);
    return this;
  }

  /** How this node empties itself before it leaves. */
  public DrainOptions getDrain() {
    return drain;
  }

  /** Sets how this node empties itself before it leaves. */
  public BarnacleOptions setDrain(DrainOptions drain) {
    this.drain = new DrainOptions(drain);
    return this;
  }

  /** Where events are published. */
  public EventsOptions getEvents() {
    return events;
  }

  /** Sets where events are published. */
  public BarnacleOptions setEvents(EventsOptions events) {
    this.events = new EventsOptions(events);
    return this;
  }

  /** Where commands are heard. */
  public ControlOptions getControl() {
    return control;
  }

  /** Sets where commands are heard. */
  public BarnacleOptions setControl(ControlOptions control) {
    this.control = new ControlOptions(control);
    return this;
  }

  /** The JSON form, defaults included; {@link #fromJson} reads it back. Secrets are left out. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (name != null) {
      json.put("name", name);
    }
    json.put("pollIntervalMs", pollInterval.toMillis())
        .put("refreshTimeoutMs", refreshTimeout.toMillis())
        .put("node", node.toJson())
        .put("cluster", cluster.toJson());
    if (strategy != null) {
      json.put("strategy", strategy.toJson());
    }
    if (eventBusTls != null) {
      json.put("eventBus", new JsonObject().put("tls", eventBusTls.toJson()));
    }
    return json.put("bootstrap", bootstrap.toJson())
        .put("healing", JsonReader.wordOf(healing))
        .put("removal", removal.toJson())
        .put("drain", drain.toJson())
        .put("events", events.toJson())
        .put("control", control.toJson());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BarnacleOptions that
        && Objects.equals(name, that.name)
        && pollInterval.equals(that.pollInterval)
        && refreshTimeout.equals(that.refreshTimeout)
        && node.equals(that.node)
        && cluster.equals(that.cluster)
        && Objects.equals(strategy, that.strategy)
        && bootstrap.equals(that.bootstrap)
        && healing == that.healing
        && Objects.equals(eventBusTls, that.eventBusTls)
        && removal.equals(that.removal)
        && drain.equals(that.drain)
        && events.equals(that.events)
        && control.equals(that.control);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, pollInterval, refreshTimeout, node, cluster, strategy, bootstrap, healing, eventBusTls, removal,
        drain, events, control);
  }

  /** The JSON form as text, so without secrets. */
  @Override
  public String toString() {
    return toJson().encode();
  }

  private static Duration requireRange(Duration duration) {
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      boolean printable = Math.abs(duration.getSeconds() / 1000) < LONGEST.toSeconds();
      throw new IllegalArgumentException(
          (printable ? duration.toMillis() + " ms" : duration) + " is not in 100 ms..86400000 ms (24 h)");
    }
    return Duration.ofMillis(duration.toMillis());
  }
}
