package io.barnacle.strategy;

import io.vertx.core.json.JsonObject;

/**
 * Reads the {@code strategy} part of the configuration for one type. Found by {@link java.util.ServiceLoader}, so a third
 * party adds a strategy by naming its provider in {@code META-INF/services/io.barnacle.strategy.StrategyProvider}.
 */
public interface StrategyProvider {

  /** The value of {@code strategy.type} that this provider answers to. */
  String type();

  /**
   * Reads the options.
   *
   * @param json the {@code strategy} object, {@code type} included
   * @return the options
   * @throws InvalidOptionsException with every fault, each beginning with its path below {@code strategy}
   * @throws IllegalArgumentException for a single fault
   */
  StrategyOptions fromJson(JsonObject json);
}
