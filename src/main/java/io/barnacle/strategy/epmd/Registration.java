package io.barnacle.strategy.epmd;

import io.barnacle.internal.Timers;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.epmd.EpmdException.BrokeOff;
import io.barnacle.strategy.epmd.EpmdException.CannotServe;
import io.barnacle.strategy.epmd.EpmdException.NameTaken;
import io.barnacle.strategy.epmd.EpmdException.NotListening;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Keeps a name registered at this machine's epmd: the open connection is the registration, and when it breaks, the name
 * is registered anew after a moment. Where no epmd listens, a port mapper of this process is opened first; of several
 * processes that try at once one gets the port and the others register there. Without a mapper to open, an epmd is used
 * if there is one, and looked for again only when asked. Used on one context.
 */
final class Registration {

  private static final System.Logger LOG = System.getLogger(Registration.class.getName());

  /** How long a name may still belong to a process that has just died, or the port to nobody, before it is an error. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MIN_DELAY_MS = 50;
  private static final int MAX_DELAY_MS = 200;
  private static final int MAX_BACKOFF_MS = 1000;

  private final Timers timers;
  private final EpmdClient client;
  private final int port;
  private final Entry entry;
  private final Optional<PortMapper> mapper;
  private Future<Void> attempt;
  private NetSocket held;
  private Long retry;
  private int failures;
  private boolean closed;

  /**
   * @param port of the epmd
   * @param mapper opened where no epmd listens; closed by this
   */
  Registration(Timers timers, EpmdClient client, int port, Entry entry, Optional<PortMapper> mapper) {
    this.timers = timers;
    this.client = client;
    this.port = port;
    this.entry = entry;
    this.mapper = mapper;
  }

  /**
   * What epmd shall keep of this node.
   *
   * @throws StrategyException if something is too long for epmd
   */
  static Entry entryOf(LocalNode self) {
    String name = self.node().basename();
    if (Text.encode(name).length() > Requests.MAX_NAME) {
      throw new StrategyException("node.name is longer than the " + Requests.MAX_NAME
          + " bytes of UTF-8 that epmd can publish");
    }
    return Entry.of(name, self.node().port(), new Identity(self.clusterName(), self.node().host()));
  }

  /** Registers unless registered; shares an attempt under way. */
  Future<Void> ensure() {
    if (closed || held != null) {
      return Future.succeededFuture();
    }
    if (attempt == null) {
      cancelRetry();
      Promise<Void> begun = Promise.promise();
      attempt = begun.future();
      tryUntil(timers.monotonicMillis() + PATIENCE.toMillis()).onComplete(outcome -> {
        attempt = null;
        failures = outcome.succeeded() ? 0 : failures + 1;
        begun.handle(outcome);
      });
      return begun.future();
    }
    return attempt;
  }

  /** Like {@link #ensure}, and keeps trying in the background after a failure. */
  Future<Void> keep() {
    return ensure().onFailure(this::retryLater);
  }

  /** After a sign that epmd has ended: gives that a moment to be noticed, then registers at the next one. */
  Future<Void> renew() {
    return pause().compose(v -> keep());
  }

  /** Gives the name back and closes the port mapper, if it is ours. Idempotent. */
  Future<Void> close() {
    closed = true;
    cancelRetry();
    NetSocket socket = held;
    held = null;
    return (socket == null ? Future.<Void>succeededFuture() : socket.close())
        .eventually(() -> mapper.map(PortMapper::close).orElseGet(Future::succeededFuture));
  }

  private Future<Void> tryUntil(long deadline) {
    return once().recover(failure -> {
      if (closed || timers.monotonicMillis() >= deadline || !mayPass(failure)) {
        return Future.failedFuture(failure);
      }
      return pause().compose(v -> tryUntil(deadline));
    });
  }

  private Future<Void> once() {
    return client.register(PortMapper.LOOPBACK, port, entry)
        .recover(failure -> failure instanceof NotListening && mapper.isPresent() && !closed
            ? serve(mapper.get())
            : Future.failedFuture(failure))
        .compose(socket -> socket.isPresent() ? hold(socket.get()) : findOwner());
  }

  /** If the port cannot be opened, then most likely because somebody else has just done so, which is as good. */
  private Future<Optional<NetSocket>> serve(PortMapper own) {
    return own.open().transform(opened -> client.register(PortMapper.LOOPBACK, port, entry)
        .recover(failure -> Future.failedFuture(opened.failed() && failure instanceof NotListening
            ? new CannotServe(port, opened.cause())
            : failure)));
  }

  private Future<Void> hold(NetSocket socket) {
    if (closed) {
      return socket.close();
    }
    held = socket;
    socket.closeHandler(v -> lost(socket));
    LOG.log(System.Logger.Level.DEBUG, "registered as {0} at epmd port {1,number,#}", entry.name(), port);
    return Future.succeededFuture();
  }

  private void lost(NetSocket socket) {
    if (held == socket && !closed) {
      held = null;
      LOG.log(System.Logger.Level.DEBUG, "the epmd at port {0,number,#} is gone; registering anew", port);
      schedule(jitter());
    }
  }

  private void retryLater(Throwable failure) {
    if (closed || retry != null || mapper.isEmpty()) {
      return;
    }
    if (failures == 1) {
      LOG.log(System.Logger.Level.WARNING, "cannot register anew, others cannot find this node until I can: {0}",
          failure.getMessage());
    }
    schedule(Math.min(MAX_BACKOFF_MS, jitter() << Math.min(failures, 4)));
  }

  private void schedule(int delayMs) {
    cancelRetry();
    retry = timers.schedule(Duration.ofMillis(delayMs), () -> {
      retry = null;
      keep();
    });
  }

  private void cancelRetry() {
    if (retry != null) {
      timers.cancel(retry);
      retry = null;
    }
  }

  private Future<Void> pause() {
    Promise<Void> over = Promise.promise();
    timers.schedule(Duration.ofMillis(jitter()), over::complete);
    return over.future();
  }

  /** epmd refused the name: fails with who has it. */
  private Future<Void> findOwner() {
    return client.find(PortMapper.LOOPBACK, port, entry.name())
        .compose(owner -> isGone(owner).compose(gone -> Future.failedFuture(
            new NameTaken(PortMapper.LOOPBACK, port, entry.name(), owner, gone))));
  }

  /**
   * Whether the owner of the name is only a remnant: epmd has let it go meanwhile, it has our own port, or its port
   * refuses connections. epmd frees the name of a killed process a moment after the kill.
   */
  private Future<Boolean> isGone(Optional<Entry> owner) {
    if (owner.isEmpty()) {
      return Future.succeededFuture(true);
    }
    String host = Identity.of(owner.get().extra()).map(Identity::host).orElse(PortMapper.LOOPBACK);
    boolean mine = owner.get().port() == entry.port() && owner.get().extra().equals(entry.extra());
    return mine ? Future.succeededFuture(true) : client.refuses(host, owner.get().port());
  }

  private boolean mayPass(Throwable failure) {
    if (failure instanceof NameTaken) {
      return ((NameTaken) failure).ownerIsGone();
    }
    return mapper.isPresent()
        && (failure instanceof NotListening || failure instanceof BrokeOff || failure instanceof CannotServe);
  }

  private static int jitter() {
    return ThreadLocalRandom.current().nextInt(MIN_DELAY_MS, MAX_DELAY_MS + 1);
  }
}
