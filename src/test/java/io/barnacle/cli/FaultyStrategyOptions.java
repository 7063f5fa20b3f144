package io.barnacle.cli;

import io.barnacle.node.Node;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A known list that, once the file {@code trigger} is there, answers once in every way that is wrong, then well for ever
 * after; says on standard output what it did wrong. For {@link NodeProcessIT}.
 */
public final class FaultyStrategyOptions implements StrategyOptions {

  private final JsonObject json;
  private final AtomicInteger calls = new AtomicInteger();

  public FaultyStrategyOptions(JsonObject json) {
    this.json = json.copy();
  }

  @Override
  public String type() {
    return "custom";
  }

  @Override
  public Strategy create(Vertx vertx) {
    return Strategy.of(this::discover);
  }

  @Override
  public JsonObject toJson() {
    return json.copy();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FaultyStrategyOptions that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  private Future<Set<Node>> discover() {
    int fault = Files.exists(Path.of(json.getString("trigger"))) ? calls.incrementAndGet() : 0;
    if (fault >= 1 && fault <= 6) {
      System.out.println("fault " + fault);
    }
    return switch (fault) {
      case 1 -> throw new IllegalStateException("thrown");
      case 2 -> Future.failedFuture(new StrategyException("failed"));
      case 3 -> null;
      case 4 -> Promise.<Set<Node>>promise().future();
      case 5 -> Future.succeededFuture(Set.of());
      case 6 -> Future.succeededFuture(null);
      default -> Future.succeededFuture(json.getJsonArray("nodes").stream()
          .map(node -> Node.parse((String) node)).collect(Collectors.toSet()));
    };
  }
}
