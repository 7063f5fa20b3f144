package io.barnacle;

import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * Options of a strategy that is there already; equal only to options of that same strategy. All who create it share the one:
 * it starts with the first and closes with the last of them, see {@link GivenStrategyUse}.
 */
final class GivenStrategy implements StrategyOptions {

  private final Strategy strategy;

  GivenStrategy(Strategy strategy) {
    this.strategy = Objects.requireNonNull(strategy, "strategy");
  }

  @Override
  public String type() {
    return "custom";
  }

  @Override
  public Strategy create(Vertx vertx) {
    return new GivenStrategyUse(vertx, strategy);
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject().put("type", type()).put("class", strategy.getClass().getName());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GivenStrategy && strategy == ((GivenStrategy) other).strategy;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(strategy);
  }
}
