package io.barnacle.strategy.dns;

import io.barnacle.strategy.StrategyOptions;
import io.barnacle.strategy.StrategyProvider;
import io.vertx.core.json.JsonObject;

/** Reads {@code {"type": "dns", …}}; found by the service loader. */
public final class DnsStrategyProvider implements StrategyProvider {

  @Override
  public String type() {
    return DnsOptions.TYPE;
  }

  @Override
  public StrategyOptions fromJson(JsonObject json) {
    return DnsOptions.fromJson(json);
  }
}
