package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;

/** The one line that most applications need. Run it in several terminals: they greet each other. */
public final class OneLiner {

  private OneLiner() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    Barnacle.clusteredVertx(new BarnacleOptions().setStrategy(new LocalEpmdOptions()))
        .onSuccess(OneLiner::greet)
        .onFailure(Example::fail);
  }

  private static void greet(Vertx vertx) {
    vertx.eventBus().<String>consumer("greetings", message -> System.out.println(message.body()));
    vertx.setPeriodic(500, timer -> vertx.eventBus().publish("greetings", "hello from " + Example.me()));
  }
}
