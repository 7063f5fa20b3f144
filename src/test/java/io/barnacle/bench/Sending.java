package io.barnacle.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What a node does as a sender. Called on worker threads, which wait; the sends are made on a context of their own. */
final class Sending {

  private static final int MAX_MICROS = 1_000_000;

  private final Vertx vertx;

  Sending(Vertx vertx) {
    this.vertx = vertx;
  }

  /** For each of {@code prefix.0 …}: the first request ever, one after it, and one to an address that nobody has. */
  JsonObject first(JsonObject command) {
    Context context = context();
    JsonArray cold = new JsonArray();
    JsonArray warm = new JsonArray();
    JsonArray absent = new JsonArray();
    int wrong = 0;
    for (int index = 0; index < command.getInteger("count"); index++) {
      String address = command.getString("prefix") + "." + index;
      Send one = on(context, () -> Send.request(vertx, address, 5000));
      Send two = on(context, () -> Send.request(vertx, address, 5000));
      Send three = on(context, () -> Send.request(vertx, address + ".absent", 5000));
      boolean right = one.outcome() == Send.Outcome.ANSWERED && two.outcome() == Send.Outcome.ANSWERED
          && three.outcome() == Send.Outcome.NO_HANDLERS;
      wrong += right ? 0 : 1;
      cold.add(one.tookMicros());
      warm.add(two.tookMicros());
      absent.add(three.tookMicros());
    }
    return new JsonObject().put("cold", cold).put("warm", warm).put("absent", absent).put("wrong", wrong);
  }

  /** Requests with so many in flight for so long: per second, and the 99th percentile in microseconds. */
  JsonObject flood(JsonObject command) {
    String address = command.getString("address");
    Buffer body = Buffer.buffer(new byte[command.getInteger("bytes")]);
    int inFlight = command.getInteger("inFlight");
    int[] histogram = new int[MAX_MICROS];
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(command.getLong("ms"));
    Promise<Void> done = Promise.promise();
    int[] running = {inFlight};
    context().runOnContext(none -> {
      for (int one = 0; one < inFlight; one++) {
        again(address, body, end, histogram, running, done);
      }
    });
    done.future().await();
    double seconds = (System.nanoTime() - start) / 1e9;
    long count = 0;
    for (int times : histogram) {
      count += times;
    }
    return new JsonObject().put("perSecond", count / seconds).put("p99", percentile(histogram, count, 0.99));
  }

  private void again(String address, Buffer body, long end, int[] histogram, int[] running, Promise<Void> done) {
    long issued = System.nanoTime();
    if (issued > end) {
      running[0]--;
      if (running[0] == 0) {
        done.complete();
      }
      return;
    }
    vertx.eventBus().request(address, body).onComplete(reply -> {
      if (reply.failed()) {
        done.tryFail(reply.cause());
        return;
      }
      histogram[(int) Math.min(MAX_MICROS - 1, (System.nanoTime() - issued) / 1000)]++;
      again(address, body, end, histogram, running, done);
    });
  }

  private static int percentile(int[] histogram, long count, double part) {
    long seen = 0;
    for (int micros = 0; micros < histogram.length; micros++) {
      seen += histogram[micros];
      if (seen >= count * part) {
        return micros;
      }
    }
    return MAX_MICROS;
  }

  /** Requests at a steady rate, in turn to the given addresses: every {@code everyMicros} for {@code ms}. */
  JsonObject stream(JsonObject command) {
    List<String> addresses = strings(command, "addresses");
    return new JsonObject().put("sends", Send.toJson(paced(command, turn -> addresses.get(turn % addresses.size()))));
  }

  /**
   * The same, but to {@code known} only until the victim is no longer among the nodes, then to {@code unknown} as well;
   * also says when that was.
   */
  JsonObject loss(JsonObject command) {
    List<String> known = strings(command, "known");
    List<String> all = new ArrayList<>(known);
    all.addAll(strings(command, "unknown"));
    ClusterManager manager = ((VertxInternal) vertx).clusterManager();
    String victim = command.getString("victim");
    AtomicBoolean watching = new AtomicBoolean(true);
    long[] gone = {0};
    Thread watch = new Thread(() -> {
      while (watching.get() && manager.getNodes().contains(victim)) {
        LockSupport.parkNanos(500_000);
      }
      gone[0] = System.nanoTime();
      watching.set(false);
    }, "watch");
    watch.start();
    List<Send> sends = paced(command, turn -> watching.get() ? known.get(turn % known.size())
        : all.get(turn % all.size()));
    boolean seen = !watching.getAndSet(false);
    return new JsonObject().put("sends", Send.toJson(sends)).put("gone", seen ? gone[0] : null);
  }

  private List<Send> paced(JsonObject command, IntFunction<String> address) {
    Context context = context();
    long timeout = command.getLong("timeoutMs");
    List<Future<Send>> sends = new ArrayList<>();
    Pace.every(command.getLong("everyMicros"), command.getLong("ms"), turn -> {
      Promise<Send> promise = Promise.promise();
      sends.add(promise.future());
      String to = address.apply(turn);
      context.runOnContext(none -> Send.request(vertx, to, timeout).onComplete(promise));
    });
    return sends.stream().map(send -> send.await()).toList();
  }

  /** Requests each address once, all at once, right now. */
  JsonObject lookup(List<String> addresses) {
    Context context = context();
    List<Promise<Send>> sends = addresses.stream().map(address -> Promise.<Send>promise()).toList();
    context.runOnContext(none -> {
      for (int index = 0; index < addresses.size(); index++) {
        Send.request(vertx, addresses.get(index), 30_000).onComplete(sends.get(index));
      }
    });
    return new JsonObject().put("sends", Send.toJson(sends.stream().map(send -> send.future().await()).toList()));
  }

  static List<String> strings(JsonObject json, String key) {
    return json.getJsonArray(key, new JsonArray()).stream().map(String.class::cast).toList();
  }

  private Context context() {
    return ((VertxInternal) vertx).createEventLoopContext();
  }

  private static <T> T on(Context context, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(none -> work.get().onComplete(done));
    return done.future().await();
  }
}
