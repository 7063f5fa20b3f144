package io.barnacle.control;

import io.barnacle.cluster.DrainResult;
import io.barnacle.node.Node;
import io.barnacle.reconcile.RefreshResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Hears commands on the event bus and answers them. Consumers are local, so a request always reaches this process's
 * barnacle, however many nodes the cluster has; {@link ControlOptions#setClusterWide} adds addresses for other nodes.
 *
 * <p>An unnamed barnacle hears {@code <address>.<command>}. A named one hears {@code <address>.<name>.<command>}, and the
 * plain addresses too if it is the first of its Vert.x.
 */
public final class ControlEndpoint {

  /** What can be commanded; called on the event loop of the endpoint's context. */
  public interface Commands {
    /** Refreshes now, or shares the refresh under way. */
    Future<RefreshResult> refresh();

    /** Lets removals that the safety valve holds go, by a refresh. */
    Future<RefreshResult> release();

    /** Cancels the timer; says what the barnacle does now. */
    JsonObject pause();

    /** Stops for good. Called after the answer was sent. */
    void shutdown();

    /**
     * Withdraws this node's registrations and waits for the requests in flight.
     *
     * @param asker the reply address of the command, which is in flight too, or null
     * @return fails with {@link UnsupportedOperationException} if the cluster is not Barnacle's
     */
    Future<DrainResult> drain(String asker);

    /** Closes the Vert.x, and so leaves the cluster. Called after the answer to a drain was sent. */
    void leave();

    /**
     * The event-bus registry in detail, a page of it.
     *
     * @param after the last address of the page before, or null
     * @param limit how many addresses it has at most
     * @return fails with {@link UnsupportedOperationException} if the cluster is not Barnacle's
     */
    Future<JsonObject> registry(String after, int limit);

    /** What there is to know; secrets left out. */
    JsonObject status();
  }

  private static final String OWNERS = "io.barnacle.control.owners";

  private final Vertx vertx;
  private final Commands commands;
  private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
  private final Runnable release;

  private ControlEndpoint(Vertx vertx, Commands commands, Runnable release) {
    this.vertx = vertx;
    this.commands = commands;
    this.release = release;
  }

  /**
   * Begins to hear commands, on the calling context.
   *
   * @param name of the barnacle, or null
   * @param self this node, for remote commands, or null if it has no name
   * @return the endpoint, once others find it; fails with {@link IllegalStateException} if another barnacle of this Vert.x
   *     has these addresses
   */
  public static Future<ControlEndpoint> open(
      Vertx vertx, ControlOptions options, String name, Node self, Commands commands) {
    String prefix = options.getAddress();
    List<String> claims = new ArrayList<>();
    boolean plain = claim(vertx, prefix, claims);
    if (name == null && !plain || name != null && !claim(vertx, prefix + "." + name, claims)) {
      claims.forEach(claim -> owners(vertx).remove(claim));
      return Future.failedFuture(new IllegalStateException(name == null
          ? "another barnacle of this Vert.x hears \"" + prefix + ".*\": give this one a name"
          : "another barnacle of this Vert.x is named \"" + name + "\": give this one another name"));
    }
    ControlEndpoint endpoint =
        new ControlEndpoint(vertx, commands, () -> claims.forEach(claim -> owners(vertx).remove(claim)));
    List<Future<Void>> ready = new ArrayList<>();
    EventBus bus = vertx.eventBus();
    if (plain) {
      ready.addAll(endpoint.listen(command -> bus.localConsumer(ControlAddresses.of(prefix, null, command))));
    }
    if (name != null) {
      ready.addAll(endpoint.listen(command -> bus.localConsumer(ControlAddresses.of(prefix, name, command))));
    }
    if (options.isClusterWide() && self != null) {
      ready.addAll(endpoint.listen(command -> bus.consumer(ControlAddresses.ofNode(prefix, self, command))));
    }
    return Future.join(ready).map(endpoint).recover(cause -> endpoint.close().transform(closed ->
        Future.failedFuture(cause)));
  }

  /** Hears no more. Idempotent. */
  public Future<Void> close() {
    release.run();
    List<Future<Void>> gone = new ArrayList<>();
    consumers.forEach(consumer -> gone.add(consumer.unregister()));
    consumers.clear();
    return Future.join(gone).mapEmpty();
  }

  private List<Future<Void>> listen(java.util.function.Function<String, MessageConsumer<Object>> consumerOf) {
    return List.of(
        listen(consumerOf.apply(ControlAddresses.REFRESH), message ->
            answer(message, () -> commands.refresh().map(RefreshResult::toJson))),
        listen(consumerOf.apply(ControlAddresses.RELEASE), message ->
            answer(message, () -> commands.release().map(RefreshResult::toJson))),
        listen(consumerOf.apply(ControlAddresses.PAUSE), message ->
            answer(message, () -> Future.succeededFuture(commands.pause()))),
        listen(consumerOf.apply(ControlAddresses.STATUS), message ->
            answer(message, () -> Future.succeededFuture(commands.status()))),
        listen(consumerOf.apply(ControlAddresses.REGISTRY), message ->
            answer(message, () -> RegistryRequest.read(message.body())
                .compose(page -> commands.registry(page.after(), page.limit())))),
        listen(consumerOf.apply(ControlAddresses.DRAIN), message ->
            answer(message, () -> commands.drain(message.replyAddress()).map(DrainResult::toJson))
                .onSuccess(drained -> commands.leave())),
        listen(consumerOf.apply(ControlAddresses.SHUTDOWN), message -> {
          answer(message, () -> Future.succeededFuture(new JsonObject().put("mode", "stopped")));
          vertx.runOnContext(later -> commands.shutdown());
        }));
  }

  private Future<Void> listen(MessageConsumer<Object> consumer, java.util.function.Consumer<Message<Object>> handler) {
    consumers.add(consumer);
    consumer.handler(handler::accept);
    return consumer.completion();
  }

  /** Answers whatever happens; a caller that has gone meanwhile is none of our business. */
  private static Future<JsonObject> answer(Message<Object> message, Supplier<Future<JsonObject>> command) {
    Future<JsonObject> result;
    try {
      result = command.get();
    } catch (RuntimeException e) {
      result = Future.failedFuture(e);
    }
    return result.onComplete(message::reply, cause -> message.reply(ControlFailure.reply(cause)));
  }

  private static boolean claim(Vertx vertx, String address, List<String> claims) {
    boolean ours = owners(vertx).putIfAbsent(address, Boolean.TRUE) == null;
    if (ours) {
      claims.add(address);
    }
    return ours;
  }

  private static io.vertx.core.shareddata.LocalMap<String, Boolean> owners(Vertx vertx) {
    return vertx.sharedData().getLocalMap(OWNERS);
  }
}
