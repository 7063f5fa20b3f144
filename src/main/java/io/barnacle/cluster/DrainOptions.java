package io.barnacle.cluster;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/** How a node empties itself before it leaves: the {@code drain} part of the configuration. */
public final class DrainOptions {

  /** Default of {@link #getTimeout()}: 10 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** Default of {@link #getQuiet()}: 200 ms. */
  public static final Duration DEFAULT_QUIET = Duration.ofMillis(200);

  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(24);
  private static final Duration LONGEST_QUIET = Duration.ofMinutes(1);

  private Duration timeout = DEFAULT_TIMEOUT;
  private Duration quiet = DEFAULT_QUIET;

  /** All defaults. */
  public DrainOptions() {
  }

  /** A copy. */
  public DrainOptions(DrainOptions other) {
    this.timeout = other.timeout;
    this.quiet = other.quiet;
  }

  /** The deadline of the whole drain. */
  public Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets the deadline of the whole drain: the others' acknowledgements and the end of the requests in flight together. The
   * acknowledgements get at most half of it, and never more than 3 s. Default 10 s, 0 (leave without draining) to 24 h, kept to
   * the millisecond. Longer lets slower requests end; it has to be shorter than what the platform grants between SIGTERM and
   * SIGKILL (30 s on Kubernetes, 10 s in Docker), by the two or so seconds that leaving takes.
   *
   * @throws IllegalArgumentException if out of range
   */
  public DrainOptions setTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("the deadline of a drain is 0 ms to 24 h");
    }
    this.timeout = Duration.ofMillis(timeout.toMillis());
    return this;
  }

  /** For how long nothing may have come before a node is taken for empty. */
  public Duration getQuiet() {
    return quiet;
  }

  /**
   * Sets for how long nothing may have come from another node, and no answer have gone to one, before this node is taken for
   * empty. Default 200 ms, 0 to 60 s, kept to the millisecond. A peer that has acknowledged the withdrawal may have chosen this
   * node for a message a moment before, and have that still in a queue, in a socket or on the wire; TCP gives no bound for how
   * long. Longer bears slower networks and pauses of peers (a garbage collection); each stop takes at least this long.
   *
   * @throws IllegalArgumentException if out of range
   */
  public DrainOptions setQuiet(Duration quiet) {
    if (quiet.isNegative() || quiet.compareTo(LONGEST_QUIET) > 0) {
      throw new IllegalArgumentException("a quiet time is 0 ms to 60 s");
    }
    this.quiet = Duration.ofMillis(quiet.toMillis());
    return this;
  }

  /** The JSON form. */
  public JsonObject toJson() {
    return new JsonObject().put("timeoutMs", timeout.toMillis()).put("quietMs", quiet.toMillis());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DrainOptions && toJson().equals(((DrainOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(timeout, quiet);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
