package io.barnacle.canary;

import io.barnacle.canary.Finding.Kind;
import io.barnacle.cluster.ClusterException;
import io.barnacle.internal.Timers;
import io.barnacle.node.Member;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** The event bus of a Vert.x, with this node's canary on it, which answers those of others. */
final class VertxBus implements Bus {

  private static final System.Logger LOG = System.getLogger(VertxBus.class.getName());
  private static final String PREFIX = "__barnacle.canary.";
  private static final String FROM = "from";
  private static final String SHARED = "io.barnacle.canary";
  private static final String HEARD = "heard";

  private final Vertx vertx;
  private final Context context;
  private final ClusterManager manager;
  private final Function<String, Future<NodeInfo>> whereIs;
  private final Timers timers;
  private final JsonObject greeting;
  /** Of all barnacles of this Vert.x: a message to this node reaches only one of their consumers. */
  private final LocalMap<String, Boolean> shared;
  private MessageConsumer<Object> consumer;

  /** @param whereIs where a member's event bus says that it listens; completes on any thread */
  VertxBus(Vertx vertx, Context context, ClusterManager manager, Function<String, Future<NodeInfo>> whereIs,
      Timers timers) {
    this.vertx = vertx;
    this.context = context;
    this.manager = manager;
    this.whereIs = whereIs;
    this.timers = timers;
    this.greeting = new JsonObject().put("v", 1).put(FROM, manager.getNodeId());
    this.shared = vertx.sharedData().getLocalMap(SHARED);
  }

  /**
   * Answers from now on; call on the context.
   *
   * @param isPeer whether a node id is that of another member
   * @param heard is told who has asked
   */
  void open(Predicate<String> isPeer, Consumer<String> heard) {
    consumer = vertx.eventBus().consumer(PREFIX + manager.getNodeId());
    consumer.handler(message -> {
      String from = senderOf(message);
      if (from != null && isPeer.test(from)) {
        shared.put(HEARD, true);
        heard.accept(from);
      }
      if (message.replyAddress() != null) {
        message.reply(greeting);
      }
    });
    consumer.completion().onFailure(e -> LOG.log(System.Logger.Level.DEBUG, "Not all members know this canary yet", e));
  }

  /** Answers no more. A member that hangs is not waited for: who asks until it knows that gets no answer, once. */
  void close() {
    consumer.unregister().onFailure(
        e -> LOG.log(System.Logger.Level.DEBUG, "Not all members know that this canary is closed", e));
  }

  @Override
  public Optional<NodeInfo> own() {
    return Optional.ofNullable(manager.getNodeInfo());
  }

  @Override
  public boolean hasHeard() {
    return shared.containsKey(HEARD);
  }

  @Override
  public Future<Finding> ask(Member peer, Duration timeout) {
    Promise<Finding> promise = Promise.promise();
    new Ask(peer, promise, timers.monotonicMillis() + timeout.toMillis()).start(timeout);
    return promise.future();
  }

  private static String senderOf(Message<Object> message) {
    return message.body() instanceof JsonObject body && body.getValue(FROM) instanceof String from ? from : null;
  }

  /**
   * One question. The registry is asked first, as Vert.x drops a message to a node without a consumer in silence; then a
   * greeting is sent, of which Vert.x says whether there was a connection for it (of a request it does not); and then the
   * request.
   */
  private final class Ask {

    private final String nodeId;
    private final Promise<Finding> promise;
    private final long deadline;
    private NodeInfo info;
    private boolean connected;

    Ask(Member peer, Promise<Finding> promise, long deadline) {
      this.nodeId = peer.nodeId();
      this.promise = promise;
      this.deadline = deadline;
    }

    void start(Duration timeout) {
      long timer = timers.schedule(timeout, () -> {
        if (info == null) {
          end(Kind.NOT_KNOWN, "the cluster does not say where to ask");
        } else {
          end(connected ? Kind.SILENT : Kind.NOT_CONNECTED, connected ? "there is a connection, but no answer within "
              + timeout.toMillis() + " ms: it hangs, or something else listens there, or it does not reach this node"
              : "no connection within " + timeout.toMillis() + " ms");
        }
      });
      promise.future().onComplete(done -> timers.cancel(timer));
      ifItHasACanary(this::locate);
    }

    private void ifItHasACanary(Runnable action) {
      Promise<List<RegistrationInfo>> registrations = Promise.promise();
      manager.getRegistrations(address(), registrations);
      registrations.future().onComplete(found -> here(() -> {
        if (found.failed()) {
          end(Kind.NOT_KNOWN, messageOf(found.cause()));
        } else if (found.result() == null || found.result().isEmpty()) {
          end(Kind.NO_CANARY, "it has no canary");
        } else {
          action.run();
        }
      }));
    }

    private void locate() {
      whereIs.apply(nodeId).onComplete(found -> here(() -> {
        if (found.failed()) {
          end(Kind.NOT_KNOWN, messageOf(found.cause()));
        } else {
          info = found.result();
          greet();
        }
      }));
    }

    private void greet() {
      vertx.eventBus().sender(address()).write(greeting).onComplete(written -> here(() -> {
        if (written.failed()) {
          fail(Kind.NOT_CONNECTED, written.cause());
        } else {
          connected = true;
          request();
        }
      }));
    }

    private void request() {
      // Longer than what is left: the deadline of the whole comes first.
      long left = Math.max(1, deadline - timers.monotonicMillis()) + 100;
      vertx.eventBus().request(address(), greeting, new DeliveryOptions().setSendTimeout(left)).onComplete(reply ->
          here(() -> {
            if (reply.succeeded()) {
              shared.put(HEARD, true);
              end(Kind.ANSWERED, "it has answered");
            } else {
              fail(Kind.SILENT, reply.cause());
            }
          }));
    }

    private void fail(Kind kind, Throwable cause) {
      if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
        // Either its canary is gone, or the cluster manager knows that its event bus refuses connections.
        ifItHasACanary(() -> end(kind, messageOf(cause)));
      } else {
        end(cause instanceof ClusterException ? Kind.NOT_KNOWN : kind, messageOf(cause));
      }
    }

    private void end(Kind kind, String detail) {
      promise.tryComplete(new Finding(kind, info == null ? null : info.host(), info == null ? 0 : info.port(), detail));
    }

    private String address() {
      return PREFIX + nodeId;
    }

    private void here(Runnable action) {
      context.runOnContext(v -> {
        if (!promise.future().isComplete()) {
          action.run();
        }
      });
    }
  }

  private static String messageOf(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
