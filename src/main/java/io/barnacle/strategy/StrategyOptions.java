package io.barnacle.strategy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/**
 * The configuration of a strategy, and its factory. Two options are equal if they configure the same; {@code equals} is
 * how a verticle sees that the cluster manager already runs the strategy that it was configured with, and shares it.
 */
public interface StrategyOptions {

  /** The member port of a node that says none, in every strategy but those that publish ports. */
  int DEFAULT_MEMBER_PORT = 5701;

  /** The name of the strategy in JSON, such as {@code dns}. */
  String type();

  /** Makes a new strategy that is not started; called on the context that will use it. */
  Strategy create(Vertx vertx);

  /** The JSON form, {@code type} among its keys; secrets are left out. */
  JsonObject toJson();

  /**
   * The basename of this node where {@code node.name} is unset. Default {@code barnacle-<pid>}; unique on a machine for a
   * process with one node.
   */
  default String defaultName() {
    return "barnacle-" + ProcessHandle.current().pid();
  }

  /** The host of this node where {@code node.host} is unset; null (the default) lets the cluster manager choose. */
  default String defaultHost() {
    return null;
  }

  /**
   * The member port of this node where {@code node.port} is unset. Default {@value #DEFAULT_MEMBER_PORT}; 0, any free one,
   * for strategies that publish the port.
   */
  default int defaultPort() {
    return DEFAULT_MEMBER_PORT;
  }
}
