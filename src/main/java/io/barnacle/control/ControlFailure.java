package io.barnacle.control;

import io.barnacle.reconcile.RefreshException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * Why a command failed: the codes of the {@link ReplyException}s with {@link ReplyFailure#RECIPIENT_FAILURE} that are its
 * answer. Codes do not change their meaning from one version to the next.
 */
public enum ControlFailure {

  /** The strategy could not say which nodes should be there; nobody was removed, the loop goes on. */
  DISCOVERY_FAILED(1),
  /** Nobody could say which nodes are connected; the loop goes on. */
  LIST_FAILED(2),
  /** The barnacle is shut down. */
  STOPPED(3),
  /** Nothing that can be done here: a drain or a registry where the cluster is not Barnacle's. */
  NOT_SUPPORTED(4),
  /** The body of the request is not what the command takes. */
  WRONG_REQUEST(5),
  /** Something that should not happen; the message has the exception. */
  INTERNAL(100);

  private final int code;

  ControlFailure(int code) {
    this.code = code;
  }

  /** The value of {@link ReplyException#failureCode()}. */
  public int code() {
    return code;
  }

  static ReplyException reply(Throwable cause) {
    ControlFailure failure = of(cause);
    String message = failure == INTERNAL ? String.valueOf(cause) : cause.getMessage();
    return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, failure.code, message);
  }

  private static ControlFailure of(Throwable cause) {
    if (cause instanceof RefreshException.DiscoveryFailed) {
      return DISCOVERY_FAILED;
    }
    if (cause instanceof RefreshException.ListFailed) {
      return LIST_FAILED;
    }
    if (cause instanceof UnsupportedOperationException) {
      return NOT_SUPPORTED;
    }
    if (cause instanceof IllegalArgumentException) {
      return WRONG_REQUEST;
    }
    return cause instanceof RefreshException.Stopped ? STOPPED : INTERNAL;
  }
}
