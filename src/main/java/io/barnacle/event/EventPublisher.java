package io.barnacle.event;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Publishes events on the event bus and to a listener. The listener is called on a worker thread, one event after the
 * other; if it is so slow that {@value #MAX_WAITING} wait for it, further ones are dropped, which is logged once. What it
 * throws is logged. Consumers on the bus are the bus's own business: publishing never waits for them.
 */
public final class EventPublisher {

  private static final System.Logger LOG = System.getLogger(EventPublisher.class.getName());
  private static final int MAX_WAITING = 1000;

  private final Vertx vertx;
  private final Context context;
  private final String address;
  private final DeliveryOptions delivery;
  private final Consumer<BarnacleEvent> listener;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean dropping;

  /**
   * @param context whose worker calls the listener, in order
   * @param listener or null
   */
  public EventPublisher(Vertx vertx, Context context, EventsOptions options, Consumer<BarnacleEvent> listener) {
    this.vertx = vertx;
    this.context = context;
    this.address = options.getAddress();
    this.delivery = new DeliveryOptions().setLocalOnly(!options.isClusterWide());
    this.listener = listener;
  }

  /** Publishes; never blocks, never throws. */
  public void publish(BarnacleEvent event) {
    try {
      vertx.eventBus().publish(address, event.toJson(), delivery);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "event " + event.type() + " could not be published on " + address, e);
    }
    if (listener != null) {
      toListener(event);
    }
  }

  private void toListener(BarnacleEvent event) {
    if (waiting.get() >= MAX_WAITING) {
      if (!dropping) {
        dropping = true;
        LOG.log(System.Logger.Level.WARNING, "the listener is too slow: {0} events wait, further ones are dropped",
            MAX_WAITING);
      }
      return;
    }
    waiting.incrementAndGet();
    context.<Void>executeBlocking(() -> {
      listener.accept(event);
      return null;
    }).onComplete(done -> {
      dropping = waiting.decrementAndGet() >= MAX_WAITING && dropping;
      if (done.failed()) {
        LOG.log(System.Logger.Level.WARNING, "the listener failed at " + event.type(), done.cause());
      }
    });
  }
}
