package io.barnacle.control;

import io.barnacle.cluster.DrainResult;
import io.barnacle.node.Node;
import io.barnacle.reconcile.RefreshResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/**
 * Commands a barnacle over the event bus. Every call has its own timeout: when it is over the future fails with a
 * {@link io.vertx.core.eventbus.ReplyException} of type {@code TIMEOUT}, and the barnacle goes on undisturbed. A command
 * that the barnacle could not carry out fails with {@code RECIPIENT_FAILURE} and a code of {@link ControlFailure}; where no
 * barnacle is, with {@code NO_HANDLERS}.
 */
public final class BarnacleClient {

  private final Vertx vertx;
  private final String prefix;
  private final String target;
  private final boolean local;

  private BarnacleClient(Vertx vertx, String prefix, String target, boolean local) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.prefix = prefix;
    this.target = target;
    this.local = local;
  }

  /** The barnacle of this Vert.x, at the default addresses. */
  public static BarnacleClient create(Vertx vertx) {
    return create(vertx, null);
  }

  /** The barnacle of that name of this Vert.x, at the default addresses. */
  public static BarnacleClient create(Vertx vertx, String name) {
    return create(vertx, new ControlOptions(), name);
  }

  /** The barnacle of that name (or null) of this Vert.x, at the addresses of the options. */
  public static BarnacleClient create(Vertx vertx, ControlOptions options, String name) {
    return new BarnacleClient(vertx, options.getAddress(), name, true);
  }

  /** The barnacle of another node, which must have {@link ControlOptions#setClusterWide} set. */
  public static BarnacleClient remote(Vertx vertx, ControlOptions options, Node node) {
    return new BarnacleClient(vertx, options.getAddress(), node.toString(), false);
  }

  /** Refreshes now, or shares the refresh that is under way; resets the timer and un-pauses. */
  public Future<RefreshResult> refresh(Duration timeout) {
    return request(ControlAddresses.REFRESH, timeout).map(RefreshResult::fromJson);
  }

  /** Lets removals that the safety valve holds go, by a refresh now; its result says who went. */
  public Future<RefreshResult> release(Duration timeout) {
    return request(ControlAddresses.RELEASE, timeout).map(RefreshResult::fromJson);
  }

  /** Cancels the timer until someone asks for a refresh. */
  public Future<Void> pause(Duration timeout) {
    return request(ControlAddresses.PAUSE, timeout).mapEmpty();
  }

  /** Stops the barnacle for good and undeploys its verticle; the node stays a member of the cluster. */
  public Future<Void> shutdown(Duration timeout) {
    return request(ControlAddresses.SHUTDOWN, timeout).mapEmpty();
  }

  /**
   * Has the node leave the cluster without losing a request: withdraws its registrations, waits for the others to know that and
   * for the requests in flight, answers, and closes the Vert.x.
   *
   * @param timeout longer than the node's {@code drain.timeoutMs}, or the answer comes too late; the node leaves all the same
   */
  public Future<DrainResult> drain(Duration timeout) {
    return request(ControlAddresses.DRAIN, timeout).map(DrainResult::fromJson);
  }

  /**
   * The event-bus registry as that node has it, a page of it: {@code registry} (as in the status) and {@code addresses}, each
   * with the nodes that consume it; {@code next} if there are more.
   *
   * @param after the {@code next} of the page before, null for the first
   * @param limit how many addresses, 1 to 10,000; long ones make a page end sooner
   */
  public Future<JsonObject> registry(String after, int limit, Duration timeout) {
    return request(ControlAddresses.REGISTRY, new RegistryRequest(after, limit).toJson(), timeout);
  }

  /** What the barnacle does and knows. */
  public Future<BarnacleStatus> status(Duration timeout) {
    return request(ControlAddresses.STATUS, timeout).map(BarnacleStatus::fromJson);
  }

  private Future<JsonObject> request(String command, Duration timeout) {
    return request(command, new JsonObject(), timeout);
  }

  private Future<JsonObject> request(String command, JsonObject body, Duration timeout) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout.toMillis()).setLocalOnly(local);
    return vertx.eventBus()
        .request(ControlAddresses.of(prefix, target, command), body, options)
        .map(message -> {
          if (message.body() instanceof JsonObject json) {
            return json;
          }
          throw new IllegalArgumentException("not the answer of a barnacle to " + command + ": no JSON object");
        });
  }
}
