package io.barnacle.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import java.util.List;

/**
 * A request and what came of it.
 *
 * @param issued {@link System#nanoTime} of the call
 * @param tookMicros until the reply or the failure
 */
record Send(long issued, long tookMicros, Outcome outcome) {

  enum Outcome {

    ANSWERED, NO_HANDLERS, TIMEOUT, OTHER;

    private static Outcome of(Throwable failure) {
      if (failure == null) {
        return ANSWERED;
      }
      if (failure instanceof ReplyException reply) {
        return switch (reply.failureType()) {
          case NO_HANDLERS -> NO_HANDLERS;
          case TIMEOUT -> TIMEOUT;
          default -> OTHER;
        };
      }
      return OTHER;
    }
  }

  /** Requests; the future never fails. Called on the context that is to do the work. */
  static Future<Send> request(Vertx vertx, String address, long timeoutMs) {
    long issued = System.nanoTime();
    return vertx.eventBus().request(address, "ping", new DeliveryOptions().setSendTimeout(timeoutMs))
        .transform((reply, failure) ->
            Future.succeededFuture(new Send(issued, (System.nanoTime() - issued) / 1000, Outcome.of(failure))));
  }

  static JsonArray toJson(List<Send> sends) {
    JsonArray json = new JsonArray();
    sends.forEach(send -> json.add(new JsonArray().add(send.issued).add(send.tookMicros).add(send.outcome.ordinal())));
    return json;
  }

  static List<Send> fromJson(JsonArray json) {
    return json.stream().map(JsonArray.class::cast)
        .map(one -> new Send(one.getLong(0), one.getLong(1), Outcome.values()[one.getInteger(2)])).toList();
  }

  /** Whether it failed with NO_HANDLERS within this time. */
  boolean isNoHandlersWithin(long millis) {
    return outcome == Outcome.NO_HANDLERS && tookMicros < millis * 1000;
  }
}
