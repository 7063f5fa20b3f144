package io.barnacle.strategy.dns;

import io.barnacle.internal.Timers;
import io.barnacle.node.Endpoint;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Answers questions: asks the servers, follows aliases from answer to answer, keeps answers if it is to. */
final class DnsResolver {

  /** Each question in flight has a socket or a few; thousands of SRV targets wait for their turn. */
  private static final int MAX_IN_FLIGHT = 32;
  private static final int MAX_ALIASES = 16;

  private final DnsTransport transport;
  private final Timers timers;
  private final AnswerCache cache;
  private final Set<Running> running = new HashSet<>();
  private final Deque<Running> waiting = new ArrayDeque<>();
  private List<InetSocketAddress> servers = List.of();
  private InetSocketAddress lastAnswerer;
  private boolean closed;

  /**
   * @param cache or null to ask each time
   */
  DnsResolver(DnsTransport transport, Timers timers, AnswerCache cache) {
    this.transport = transport;
    this.timers = timers;
    this.cache = cache;
  }

  /** Sets whom to ask from now on. */
  void setServers(List<InetSocketAddress> servers) {
    this.servers = servers;
  }

  /** Fails what is in flight. Idempotent. */
  void close() {
    closed = true;
    List<Running> all = new ArrayList<>(running);
    all.addAll(waiting);
    running.clear();
    waiting.clear();
    all.forEach(Running::cancel);
  }

  /**
   * Asks.
   *
   * @param deadline on the clock of the timers
   * @return Found, Nothing or Failed; the future fails only if this is closed
   */
  Future<Outcome> resolve(Name name, int type, long deadline) {
    return resolve(name, type, deadline, new HashSet<>());
  }

  private Future<Outcome> resolve(Name name, int type, long deadline, Set<Name> seen) {
    Record question = Record.newRecord(name, type, DClass.IN);
    if (!seen.add(name) || seen.size() > MAX_ALIASES) {
      return Future.succeededFuture(
          new Outcome.Failed(List.of(failure(question, "", Reason.MALFORMED, "a chain of aliases that does not end"))));
    }
    return ask(question, deadline).compose(outcome -> {
      if (!(outcome instanceof Outcome.Alias alias)) {
        return Future.succeededFuture(outcome);
      }
      return resolve(alias.target(), type, deadline, seen);
    });
  }

  private Future<Outcome> ask(Record question, long deadline) {
    if (closed) {
      return Future.failedFuture(closedException());
    }
    Outcome kept = cache == null ? null : cache.get(question);
    if (kept != null) {
      return Future.succeededFuture(kept);
    }
    Running asking = new Running(question, deadline);
    waiting.add(asking);
    startWaiting();
    return asking.promise.future();
  }

  private void startWaiting() {
    while (running.size() < MAX_IN_FLIGHT && !waiting.isEmpty()) {
      Running next = waiting.poll();
      running.add(next);
      next.start();
    }
  }

  /**
   * The one that answered last is asked first, so that a dead server costs its patience once and not at every question.
   */
  private List<InetSocketAddress> serversInOrder() {
    if (lastAnswerer == null || !servers.contains(lastAnswerer)) {
      return servers;
    }
    List<InetSocketAddress> order = new ArrayList<>(servers);
    order.remove(lastAnswerer);
    order.add(0, lastAnswerer);
    return order;
  }

  /** A question that is put to the servers or waits for its turn. */
  private final class Running {

    private final Record question;
    private final long deadline;
    private final Promise<Outcome> promise = Promise.promise();
    private ServerQuery query;

    Running(Record question, long deadline) {
      this.question = question;
      this.deadline = deadline;
    }

    void start() {
      query = new ServerQuery(transport, timers, serversInOrder(), question, deadline, this::finished);
      try {
        query.start();
      } catch (RuntimeException e) {
        // The event loop takes no more work: Vert.x is closing.
        query.cancel();
        running.remove(this);
        promise.fail(new StrategyException("cannot ask for " + question.getName() + ": " + e, e));
      }
    }

    private void finished(Outcome outcome, InetSocketAddress answerer) {
      if (answerer != null) {
        lastAnswerer = answerer;
      }
      if (cache != null) {
        cache.put(question, outcome);
      }
      running.remove(this);
      startWaiting();
      promise.complete(outcome);
    }

    void cancel() {
      if (query != null) {
        query.cancel();
      }
      promise.fail(closedException());
    }
  }

  static StrategyException closedException() {
    return new StrategyException("the DNS strategy is closed");
  }

  static Failure failure(Record question, String server, Reason reason, String detail) {
    return new Failure(question.getName().toString(true), Type.string(question.getType()), server, reason, detail);
  }

  static String nameOf(InetSocketAddress server) {
    return Endpoint.of(server.getAddress(), server.getPort()).toString();
  }
}
