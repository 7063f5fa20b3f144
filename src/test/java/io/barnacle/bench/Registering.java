package io.barnacle.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a node does with consumers. Called on worker threads, which wait; all consumers are of one context. */
final class Registering {

  private final Vertx vertx;
  private final Context context;
  private final Map<String, List<MessageConsumer<Object>>> consumers = new ConcurrentHashMap<>();

  Registering(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  /** Registers {@code prefix.from} up to {@code prefix.(from + count - 1)}: milliseconds until all are complete. */
  JsonObject register(JsonObject command) {
    String prefix = command.getString("prefix");
    int from = command.getInteger("from", 0);
    int count = command.getInteger("count");
    List<MessageConsumer<Object>> all = consumers.computeIfAbsent(prefix, none -> new ArrayList<>());
    return timed(() -> {
      List<Future<?>> done = new ArrayList<>(count);
      for (int index = from; index < from + count; index++) {
        MessageConsumer<Object> consumer = vertx.eventBus().consumer(prefix + "." + index, Registering::reply);
        all.add(consumer);
        done.add(consumer.completion());
      }
      return Future.join(done);
    });
  }

  /** Unregisters all of a prefix: milliseconds until all are complete. */
  JsonObject unregister(JsonObject command) {
    List<MessageConsumer<Object>> all = consumers.remove(command.getString("prefix"));
    return timed(() -> Future.join(all.stream().map(MessageConsumer::unregister).toList()));
  }

  /** Registers one after the other: microseconds of each. */
  JsonObject single(JsonObject command) {
    String prefix = command.getString("prefix");
    List<MessageConsumer<Object>> all = consumers.computeIfAbsent(prefix, none -> new ArrayList<>());
    JsonArray micros = new JsonArray();
    for (int index = 0; index < command.getInteger("count"); index++) {
      String address = prefix + "." + index;
      micros.add(on(() -> {
        long start = System.nanoTime();
        MessageConsumer<Object> consumer = vertx.eventBus().consumer(address, Registering::reply);
        all.add(consumer);
        return consumer.completion().map(none -> (System.nanoTime() - start) / 1000);
      }));
    }
    return new JsonObject().put("micros", micros);
  }

  /** Registers one after the other and has a peer (see {@link #prober}) ask each as soon as it is complete. */
  JsonObject visible(JsonObject command) {
    String prefix = command.getString("prefix");
    List<MessageConsumer<Object>> all = consumers.computeIfAbsent(prefix, none -> new ArrayList<>());
    int count = command.getInteger("count");
    int wrong = 0;
    for (int index = 0; index < count; index++) {
      String address = prefix + "." + index;
      String outcome = on(() -> {
        MessageConsumer<Object> consumer = vertx.eventBus().consumer(address, Registering::reply);
        all.add(consumer);
        return consumer.completion()
            .compose(none -> vertx.eventBus().<String>request(command.getString("peer"), address))
            .map(Message::body);
      });
      wrong += outcome.equals(Send.Outcome.ANSWERED.name()) ? 0 : 1;
    }
    return new JsonObject().put("wrong", wrong).put("of", count);
  }

  /** Serves an address where others have an address asked from this node. */
  JsonObject prober(JsonObject command) {
    on(() -> vertx.eventBus().<String>consumer(command.getString("address"), message ->
        Send.request(vertx, message.body(), 1000).onSuccess(send -> message.reply(send.outcome().name())))
        .completion());
    return new JsonObject();
  }

  /** Registers an address, and unregisters it a few milliseconds after that is complete: when that was complete. */
  JsonObject quick(JsonObject command) throws InterruptedException {
    Promise<Void> added = Promise.promise();
    Promise<MessageConsumer<Object>> made = Promise.promise();
    context.runOnContext(none -> {
      MessageConsumer<Object> consumer = vertx.eventBus().consumer(command.getString("address"), Registering::reply);
      consumer.completion().onComplete(added);
      made.complete(consumer);
    });
    added.future().await();
    TimeUnit.MILLISECONDS.sleep(command.getLong("lives"));
    long removed = on(() -> made.future().result().unregister().map(none -> System.nanoTime()));
    return new JsonObject().put("removed", removed);
  }

  private static void reply(Message<Object> message) {
    message.reply(message.body());
  }

  private JsonObject timed(Supplier<Future<?>> work) {
    long start = System.nanoTime();
    on(() -> work.get().mapEmpty());
    return new JsonObject().put("ms", (System.nanoTime() - start) / 1e6);
  }

  private <T> T on(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(none -> work.get().onComplete(done));
    return done.future().await();
  }
}
