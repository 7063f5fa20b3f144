package io.barnacle.reconcile;

import io.barnacle.internal.JsonReader;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/** When members are removed: the {@code removal} part of the configuration. */
public final class RemovalOptions {

  /** Default of {@link #getGrace()}: 30 s. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

  /** Default of {@link #getMaxFraction()}: a half. */
  public static final double DEFAULT_MAX_FRACTION = 0.5;

  private RemovalPolicy policy = RemovalPolicy.UNREACHABLE;
  private Duration grace = DEFAULT_GRACE;
  private double maxFraction = DEFAULT_MAX_FRACTION;

  /** All defaults. */
  public RemovalOptions() {
  }

  /** A copy. */
  public RemovalOptions(RemovalOptions other) {
    this.policy = other.policy;
    this.grace = other.grace;
    this.maxFraction = other.maxFraction;
  }

  /** What happens to a member that discovery no longer lists. */
  public RemovalPolicy getPolicy() {
    return policy;
  }

  /** Sets what happens to a member that discovery no longer lists. Default {@link RemovalPolicy#UNREACHABLE}. */
  public RemovalOptions setPolicy(RemovalPolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** How long a member may be absent from discovery before the policy {@code absent} removes it. */
  public Duration getGrace() {
    return grace;
  }

  /**
   * Sets how long a member may be absent from discovery before {@link RemovalPolicy#ABSENT} removes it; the other policies
   * do not use it. Default 30 s, 0 to 24 h. Shorter removes sooner, and sooner by mistake when discovery forgets someone.
   *
   * @throws IllegalArgumentException if out of range
   */
  public RemovalOptions setGrace(Duration grace) {
    if (grace.isNegative() || grace.compareTo(Duration.ofHours(24)) > 0) {
      throw new IllegalArgumentException("a grace period is 0 ms to 24 h");
    }
    this.grace = grace;
    return this;
  }

  /** The largest part of the cluster that one refresh removes. */
  public double getMaxFraction() {
    return maxFraction;
  }

  /**
   * Sets the safety valve: removals of more than this fraction of the cluster (this node included) at once are held, told
   * in an event, and done only when an operator releases them ({@code barnacle.release}). One node may always be removed.
   * Default 0.5, from 0 (hold all but one) to 1 (hold none).
   *
   * @throws IllegalArgumentException if out of range
   */
  public RemovalOptions setMaxFraction(double maxFraction) {
    if (!(maxFraction >= 0 && maxFraction <= 1)) {
      throw new IllegalArgumentException("a fraction is 0 to 1");
    }
    this.maxFraction = maxFraction;
    return this;
  }

  /** The JSON form. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("policy", JsonReader.wordOf(policy))
        .put("graceMs", grace.toMillis())
        .put("maxFraction", maxFraction);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RemovalOptions && toJson().equals(((RemovalOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(policy, grace, maxFraction);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
