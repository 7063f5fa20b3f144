package io.barnacle.cluster;

import io.barnacle.internal.JsonReader;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/**
 * When a node that finds no cluster forms one: the {@code bootstrap} part of the configuration. A cluster that is there is
 * joined at once, whatever stands here.
 *
 * <p>A node that waits answers the probes of others on its member port, so nodes that start together see each other, and the
 * one with the lowest node id forms the cluster for all. It forms at once if its discovery lists this node and nobody else,
 * or only such that wait as well; it waits for {@link #getStable()} without a change if others are listed that do not
 * answer; a discovery that fails, or lists nobody at all, is not believed before {@link #getDeadline()}.
 *
 * <p>A listed node whose port accepts connections and says nothing is taken for one that starts its Hazelcast, which has the
 * port for seconds before it answers there: it is waited for until the deadline, or with a cookie for 5 s, if that is less,
 * as anybody's port may look like that. Shorter would make two clusters of nodes that start slowly.
 */
public final class BootstrapOptions {

  /** What happens when the deadline is over and the conditions are not met. */
  public enum OnTimeout {
    /** The node forms a cluster with whoever answers, be it alone; it merges with others once they are found. */
    FORM,
    /** It waits on, for as long as it takes. */
    WAIT,
    /** The start fails with {@link ClusterException.BootstrapTimedOut}. */
    FAIL
  }

  /** Default of {@link #getMinPeers()}: none. */
  public static final int DEFAULT_MIN_PEERS = 0;

  /** Default of {@link #getStable()}: 1 s. */
  public static final Duration DEFAULT_STABLE = Duration.ofSeconds(1);

  /** Default of {@link #getDeadline()}: 10 s. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);

  private static final int MOST_PEERS = 1_000;
  private static final Duration LONGEST = Duration.ofHours(24);

  private int minPeers = DEFAULT_MIN_PEERS;
  private Duration stable = DEFAULT_STABLE;
  private Duration deadline = DEFAULT_DEADLINE;
  private OnTimeout onTimeout = OnTimeout.FORM;

  /** All defaults. */
  public BootstrapOptions() {
  }

  /** A copy. */
  public BootstrapOptions(BootstrapOptions other) {
    this.minPeers = other.minPeers;
    this.stable = other.stable;
    this.deadline = other.deadline;
    this.onTimeout = other.onTimeout;
  }

  /** How many other nodes have to answer before a new cluster is formed. */
  public int getMinPeers() {
    return minPeers;
  }

  /**
   * Sets how many other nodes have to answer, not merely be listed, before a new cluster is formed. Default 0, at most 1000.
   * More keeps a few cut-off nodes from being a cluster of their own at their start; fewer starts when others are missing.
   *
   * @throws IllegalArgumentException if out of range
   */
  public BootstrapOptions setMinPeers(int minPeers) {
    if (minPeers < 0 || minPeers > MOST_PEERS) {
      throw new IllegalArgumentException(minPeers + " peers is not in 0.." + MOST_PEERS);
    }
    this.minPeers = minPeers;
    return this;
  }

  /** For how long nothing may change before a cluster is formed although listed nodes do not answer. */
  public Duration getStable() {
    return stable;
  }

  /**
   * Sets for how long who answers must have stayed the same before a cluster is formed although listed nodes do not answer.
   * Default 1 s, 0 to 24 h, kept to the millisecond. Longer waits for nodes that start later; shorter starts the first of a
   * known list sooner.
   *
   * @throws IllegalArgumentException if out of range
   */
  public BootstrapOptions setStable(Duration stable) {
    this.stable = requireRange(stable);
    return this;
  }

  /** How long the node waits before {@link #getOnTimeout()} decides. */
  public Duration getDeadline() {
    return deadline;
  }

  /**
   * Sets how long the node waits, from the start of its strategy on, before {@link #setOnTimeout} decides. Default 10 s, 0
   * (after one look) to 24 h, kept to the millisecond. Longer bears a longer outage of discovery without a cluster of one.
   *
   * @throws IllegalArgumentException if out of range
   */
  public BootstrapOptions setDeadline(Duration deadline) {
    this.deadline = requireRange(deadline);
    return this;
  }

  /** What happens at the deadline. */
  public OnTimeout getOnTimeout() {
    return onTimeout;
  }

  /** Sets what happens at the deadline. Default {@link OnTimeout#FORM}. */
  public BootstrapOptions setOnTimeout(OnTimeout onTimeout) {
    this.onTimeout = Objects.requireNonNull(onTimeout, "onTimeout");
    return this;
  }

  /** The JSON form. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("minPeers", minPeers)
        .put("stableMs", stable.toMillis())
        .put("deadlineMs", deadline.toMillis())
        .put("onTimeout", JsonReader.wordOf(onTimeout));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BootstrapOptions && toJson().equals(((BootstrapOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(minPeers, stable, deadline, onTimeout);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }

  private static Duration requireRange(Duration duration) {
    if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a wait is 0 ms to 24 h");
    }
    return Duration.ofMillis(duration.toMillis());
  }
}
