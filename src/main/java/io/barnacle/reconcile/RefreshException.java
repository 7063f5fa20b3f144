package io.barnacle.reconcile;

import io.vertx.core.VertxException;
import java.time.Duration;

/** A refresh that did not come to a result; the loop goes on all the same, unless it was stopped. */
public abstract sealed class RefreshException extends VertxException {

  private RefreshException(String message, Throwable cause) {
    super(message, cause, true);
  }

  /** The strategy could not say which nodes should be there; nobody was removed. */
  public static final class DiscoveryFailed extends RefreshException {
    /** With what the strategy said. */
    public DiscoveryFailed(Throwable cause) {
      super("discovery failed: " + RefreshResult.messageOf(cause), cause);
    }
  }

  /** Nobody could say which nodes are connected. */
  public static final class ListFailed extends RefreshException {
    /** With what the listing said. */
    public ListFailed(Throwable cause) {
      super("listing the connected nodes failed: " + RefreshResult.messageOf(cause), cause);
    }
  }

  /** The barnacle was shut down. */
  public static final class Stopped extends RefreshException {
    /** With no more to say. */
    public Stopped() {
      super("this barnacle is shut down", null);
    }
  }

  /** A function did not complete in its time; the cause of the others. */
  public static final class TimedOut extends RefreshException {
    /**
     * @param what which function
     */
    public TimedOut(String what, Duration after) {
      super(what + " did not answer within " + after.toMillis() + " ms", null);
    }
  }

  /** A function of a strategy broke its contract: it threw, or returned null; the cause of the others. */
  public static final class Misbehaved extends RefreshException {
    /** With what was thrown, or null. */
    public Misbehaved(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
