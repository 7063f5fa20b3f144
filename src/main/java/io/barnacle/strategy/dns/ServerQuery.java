package io.barnacle.strategy.dns;

import io.barnacle.internal.Timers;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * One question, put to the servers until one of them answers it.
 *
 * <p>The servers are asked one after the other. A server that is silent keeps its chance: after a patience that
 * doubles with each round the next one is asked as well, and the first good answer counts, whoever gives it. A server
 * that fails makes room for the next at once and is not asked again. It ends with a good answer, when every server
 * has failed, or at the deadline.
 */
final class ServerQuery {

  /** What a server may send by UDP: fits into every path's packets (DNS flag day 2020). */
  static final int EDNS_SIZE = 1232;

  private static final long MAX_PATIENCE_MILLIS = 500;
  private static final long MIN_PATIENCE_MILLIS = 10;
  private static final int ROUNDS_WITH_EDNS = 2;
  private static final int MAX_ROUND = 16;

  private final DnsTransport transport;
  private final Timers timers;
  private final Record question;
  private final long deadline;
  private final long firstPatience;
  private final BiConsumer<Outcome, InetSocketAddress> whenDone;
  private final List<Server> servers = new ArrayList<>();
  private final List<Attempt> open = new ArrayList<>();
  private int asked;
  private Long patienceTimer;
  private Long deadlineTimer;
  private boolean done;

  /**
   * @param servers in the order in which to ask them, at least one
   * @param deadline on the clock of {@code timers}
   * @param whenDone gets the outcome, once, and the server that answered or null
   */
  ServerQuery(DnsTransport transport, Timers timers, List<InetSocketAddress> servers, Record question, long deadline,
      BiConsumer<Outcome, InetSocketAddress> whenDone) {
    this.transport = transport;
    this.timers = timers;
    this.question = question;
    this.deadline = deadline;
    this.whenDone = whenDone;
    servers.forEach(each -> this.servers.add(new Server(each)));
    long share = (deadline - timers.monotonicMillis()) / (4L * servers.size());
    this.firstPatience = Math.max(MIN_PATIENCE_MILLIS, Math.min(MAX_PATIENCE_MILLIS, share));
  }

  void start() {
    long left = deadline - timers.monotonicMillis();
    deadlineTimer = timers.schedule(Duration.ofMillis(Math.max(1, left)), this::expire);
    askNext();
  }

  /** Ends it without an outcome and closes its sockets. */
  void cancel() {
    done = true;
    cancel(patienceTimer);
    cancel(deadlineTimer);
    open.forEach(Attempt::close);
    open.clear();
  }

  /** Asks the next server that has not failed, of which there is one. */
  private void askNext() {
    cancel(patienceTimer);
    Server next = servers.get(asked++ % servers.size());
    while (next.failure != null) {
      next = servers.get(asked++ % servers.size());
    }
    int round = Math.min(MAX_ROUND, (asked - 1) / servers.size());
    patienceTimer = timers.schedule(Duration.ofMillis(firstPatience << round), this::askNext);
    new Attempt(next, next.edns && round < ROUNDS_WITH_EDNS, false).start();
  }

  /** A server has proven bad: a fresh one is asked at once, those that were asked before keep their patience. */
  private void giveWay() {
    if (servers.stream().allMatch(each -> each.failure != null)) {
      finish(new Outcome.Failed(failures()), null);
    } else if (!done && servers.stream().anyMatch(each -> !each.wasAsked)) {
      askNext();
    }
  }

  private void expire() {
    deadlineTimer = null;
    finish(new Outcome.Failed(failures()), null);
  }

  private void finish(Outcome outcome, InetSocketAddress answerer) {
    if (!done) {
      cancel();
      whenDone.accept(outcome, answerer);
    }
  }

  private void cancel(Long timer) {
    if (timer != null) {
      timers.cancel(timer);
    }
  }

  private List<Failure> failures() {
    return servers.stream().map(Server::failureOrSilence).toList();
  }

  /** What is known of a server. */
  private final class Server {

    final InetSocketAddress address;
    final String name;
    boolean edns = true;
    boolean wasAsked;
    boolean truncated;
    String stray;
    Failure failure;

    Server(InetSocketAddress address) {
      this.address = address;
      this.name = DnsResolver.nameOf(address);
    }

    Failure failureOrSilence() {
      if (failure != null) {
        return failure;
      }
      if (stray != null) {
        return DnsResolver.failure(question, name, Reason.MALFORMED, stray);
      }
      if (truncated) {
        return DnsResolver.failure(question, name, Reason.TRUNCATED, "and no answer over TCP");
      }
      return DnsResolver.failure(question, name, Reason.TIMEOUT, wasAsked ? "" : "no time was left to ask it");
    }
  }

  /** One message to one server. */
  private final class Attempt implements DnsTransport.Listener {

    private final Server server;
    private final boolean edns;
    private final boolean tcp;
    private AnswerReader reader;
    private DnsTransport.Exchange exchange;

    Attempt(Server server, boolean edns, boolean tcp) {
      this.server = server;
      this.edns = edns;
      this.tcp = tcp;
    }

    void start() {
      Message message = Message.newQuery(question);
      if (edns) {
        message.addRecord(new OPTRecord(EDNS_SIZE, 0, 0), Section.ADDITIONAL);
      }
      reader = new AnswerReader(question, message.getHeader().getID());
      server.wasAsked = true;
      open.add(this);
      exchange = transport.send(server.address, message.toWire(), tcp, this);
    }

    void close() {
      if (exchange != null) {
        exchange.close();
      }
    }

    @Override
    public void received(byte[] bytes) {
      AnswerReader.Verdict verdict = reader.read(bytes, server.name, tcp);
      if (verdict instanceof AnswerReader.Answer answer) {
        finish(answer.outcome(), server.address);
      } else if (verdict instanceof AnswerReader.Stray stray) {
        strayed(stray.detail());
      } else if (verdict instanceof AnswerReader.Truncated) {
        server.truncated = true;
        replaceBy(new Attempt(server, edns, true));
      } else if (verdict instanceof AnswerReader.NoEdns noEdns && edns) {
        server.edns = false;
        replaceBy(new Attempt(server, false, tcp));
      } else if (verdict instanceof AnswerReader.NoEdns noEdns) {
        end(Reason.NOT_IMPLEMENTED, noEdns.detail());
      } else if (verdict instanceof AnswerReader.Useless useless) {
        end(useless.reason(), useless.detail());
      }
    }

    @Override
    public void failed(Throwable cause) {
      String why = cause instanceof PortUnreachableException ? "nothing listens there"
          : String.valueOf(cause.getMessage());
      end(tcp ? Reason.TRUNCATED : Reason.NO_ROUTE, (tcp ? "and over TCP: " : "") + why);
    }

    /** A stranger's message; by UDP the right one may still come, but the next server is not kept waiting. */
    private void strayed(String detail) {
      if (tcp) {
        end(Reason.MALFORMED, detail);
        return;
      }
      server.stray = detail;
      giveWay();
    }

    private void replaceBy(Attempt other) {
      open.remove(this);
      close();
      other.start();
    }

    private void end(Reason reason, String detail) {
      open.remove(this);
      close();
      if (server.failure == null) {
        server.failure = DnsResolver.failure(question, server.name, reason, detail);
        giveWay();
      }
    }
  }
}
