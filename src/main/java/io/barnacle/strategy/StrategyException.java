package io.barnacle.strategy;

import io.vertx.core.VertxException;

/**
 * A strategy could not do its work: the outside could not be asked. Never an empty answer. The message says what was
 * tried, what came back and what to check. Subclasses per strategy have typed fields; they are open because strategies
 * are.
 */
public class StrategyException extends VertxException {

  /** With a cause that explains more. */
  public StrategyException(String message, Throwable cause) {
    super(message, cause, true);
  }

  /** Without a cause. */
  public StrategyException(String message) {
    super(message, true);
  }
}
