package io.barnacle.examples;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * An application, the same before and after the move from plain vertx-hazelcast ({@link PlainHazelcast}) to Barnacle
 * ({@link MovedOver}): all nodes sell from one stock, and tell each other.
 */
final class Shop extends VerticleBase {

  @Override
  public Future<?> start() {
    vertx.eventBus().<String>consumer("sales", sale -> System.out.println(sale.body()));
    vertx.setPeriodic(500, timer -> vertx.sharedData().getCounter("sold")
        .compose(counter -> counter.incrementAndGet())
        .onSuccess(sold -> vertx.eventBus().publish("sales", "item " + sold + " sold by " + Example.me())));
    return Future.succeededFuture();
  }
}
