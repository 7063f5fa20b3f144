package io.barnacle;

import io.barnacle.cluster.ClusterOptions;
import io.barnacle.control.ControlOptions;
import io.barnacle.event.EventsOptions;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.StrategyOptions;
import java.time.Duration;
import java.util.Objects;

/** The configuration of a barnacle: who this node is, how it finds its peers, and how often it looks. */
public final class BarnacleOptions {

  /** Default of {@link #getPollInterval()}: 5 s. */
  public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofSeconds(5);

  /** Default of {@link #getRefreshTimeout()}: 10 s. */
  public static final Duration DEFAULT_REFRESH_TIMEOUT = Duration.ofSeconds(10);

  private String name;
  private Duration pollInterval = DEFAULT_POLL_INTERVAL;
  private Duration refreshTimeout = DEFAULT_REFRESH_TIMEOUT;
  private NodeOptions node = new NodeOptions();
  private ClusterOptions cluster = new ClusterOptions();
  private StrategyOptions strategy;
  private EventsOptions events = new EventsOptions();
  private ControlOptions control = new ControlOptions();

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
    this.events = new EventsOptions(other.events);
    this.control = new ControlOptions(other.control);
  }

  /** The name of this barnacle among several of one process, or null. */
  public String getName() {
    return name;
  }

  /** Sets the name of this barnacle, part of its event-bus addresses. Default null: it is the only one. */
  public BarnacleOptions setName(String name) {
    if (name != null && name.isBlank()) {
      throw new IllegalArgumentException("a name is not blank");
    }
    this.name = name;
    return this;
  }

  /** Time between the starts of two refreshes. */
  public Duration getPollInterval() {
    return pollInterval;
  }

  /**
   * Sets the time between the starts of two refreshes. Default 5 s, minimum 100 ms. Shorter finds new nodes sooner and
   * asks discovery more often; the loss of a member does not wait for it.
   */
  public BarnacleOptions setPollInterval(Duration pollInterval) {
    if (pollInterval.toMillis() < 100) {
      throw new IllegalArgumentException("a poll interval is 100 ms or more");
    }
    this.pollInterval = pollInterval;
    return this;
  }

  /** The deadline of one refresh. */
  public Duration getRefreshTimeout() {
    return refreshTimeout;
  }

  /**
   * Sets the deadline of one refresh, discovery and connects together. Default 10 s, minimum 100 ms. Shorter gives up
   * sooner on a slow discovery, longer leaves a hung one in the way of the next refresh.
   */
  public BarnacleOptions setRefreshTimeout(Duration refreshTimeout) {
    if (refreshTimeout.toMillis() < 100) {
      throw new IllegalArgumentException("a refresh timeout is 100 ms or more");
    }
    this.refreshTimeout = refreshTimeout;
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
}
