package io.barnacle.examples;

import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.strategy.StrategyProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Options of a strategy whose nodes find each other through files in a directory that all of them see. Immutable, and equal
 * by value: so the cluster manager and the verticle share one strategy.
 */
public final class SharedDirectoryOptions implements StrategyOptions {

  private final JsonObject json;
  private final Path directory;
  private final Duration maxAge;

  /**
   * Reads the configuration: {@code directory}, and {@code maxAgeMs}, how old the file of a node may be that is there
   * (default 30 000).
   */
  public SharedDirectoryOptions(JsonObject json) {
    if (!(json.getValue("directory") instanceof String path) || path.isBlank()) {
      throw new IllegalArgumentException("directory: is not the path of a directory");
    }
    if (!(json.getValue("maxAgeMs", 30_000) instanceof Number millis) || millis.longValue() < 1_000) {
      throw new IllegalArgumentException("maxAgeMs: is not a number of at least 1000");
    }
    this.json = json.copy();
    this.directory = Path.of(path);
    this.maxAge = Duration.ofMillis(millis.longValue());
  }

  @Override
  public String type() {
    return json.getString("type");
  }

  @Override
  public Strategy create(Vertx vertx) {
    return new SharedDirectoryStrategy(vertx, directory, maxAge);
  }

  /** Any free port: the file says which. */
  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public JsonObject toJson() {
    return json.copy();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SharedDirectoryOptions && json.equals(((SharedDirectoryOptions) other).json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /**
   * Gives the strategy a type name of its own; named in
   * {@code META-INF/services/io.barnacle.strategy.StrategyProvider}.
   */
  public static final class Provider implements StrategyProvider {

    @Override
    public String type() {
      return "shared_directory";
    }

    @Override
    public StrategyOptions fromJson(JsonObject json) {
      return new SharedDirectoryOptions(json);
    }
  }
}
