package io.barnacle.canary;

import io.barnacle.cluster.Connector;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.internal.Timers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Says which members are not reachable on the event bus, although they are members. It asks after each change of
 * membership, also while the refresh loop is paused, until it is closed. All methods are called on the event loop that made
 * it.
 */
public final class EventBusCanary {

  private final VertxBus bus;
  private final BusWatch watch;
  private final Runnable unsubscribe;

  private EventBusCanary(VertxBus bus, BusWatch watch, Runnable unsubscribe) {
    this.bus = bus;
    this.watch = watch;
    this.unsubscribe = unsubscribe;
  }

  /**
   * Starts on the calling event-loop context. Does not wait until others know its own consumer.
   *
   * @param whereIs where the event bus of a member says that it listens, by node id; completes on any thread
   * @param name of the barnacle, or null
   * @param events is told of members that are not reachable, and are again, on that event loop
   */
  public static EventBusCanary start(Vertx vertx, Context context, ClusterManager manager,
      Function<String, Future<NodeInfo>> whereIs, Connector connector, String name, Consumer<BarnacleEvent> events) {
    Timers timers = Timers.of(vertx);
    VertxBus bus = new VertxBus(vertx, context, manager, whereIs, timers);
    BusWatch watch = new BusWatch(bus, connector, name, timers, new Random(), events);
    String self = connector.self().nodeId();
    bus.open(from -> !from.equals(self) && connector.members().stream().anyMatch(member -> member.nodeId().equals(from)),
        watch::heard);
    Runnable unsubscribe = connector.onChange(change -> context.runOnContext(v -> watch.changed(change)));
    watch.roundSoon();
    return new EventBusCanary(bus, watch, unsubscribe);
  }

  /**
   * {@code host} and {@code port} that this node advertises, and {@code unreachable}: for each member that was told of
   * {@code node}, {@code nodeId}, {@code host}, {@code port}, {@code since}, {@code tries}, {@code lastError} and
   * {@code nextTry}.
   */
  public JsonObject status() {
    JsonObject status = new JsonObject();
    bus.own().ifPresent(info -> status.put("host", info.host()).put("port", info.port()));
    return status.put("unreachable", watch.unreachable());
  }

  /** Asks and answers no more. Idempotent; does not wait until the others know. */
  public void close() {
    unsubscribe.run();
    watch.close();
    bus.close();
  }
}
