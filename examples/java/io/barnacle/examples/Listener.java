package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/**
 * Two ways to hear what happens: a listener in the options, called on a worker thread with typed events, and the event bus,
 * where each is a JSON object. Run it in several terminals and kill one.
 */
public final class Listener {

  private Listener() {
  }

  /** No arguments. */
  public static void main(String[] args) {
    BarnacleOptions options = new BarnacleOptions()
        .setStrategy(new LocalEpmdOptions())
        .setListener(Listener::onEvent);

    Barnacle.clusteredVertx(options).onSuccess(Listener::onBus).onFailure(Example::fail);
  }

  private static void onEvent(BarnacleEvent event) {
    if (event instanceof BarnacleEvent.NodeConnected connected) {
      System.out.println("+ " + connected.peer());
    } else if (event instanceof BarnacleEvent.NodeLost lost) {
      System.out.println("- " + lost.peer() + " (" + lost.reason() + ")");
    }
  }

  private static void onBus(Vertx vertx) {
    System.out.println("listening");
    vertx.eventBus().<JsonObject>consumer("barnacle.events", message ->
        System.out.println("bus: " + message.body().getString("type") + " " + message.body().getString("peer", "")));
  }
}
