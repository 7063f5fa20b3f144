package io.barnacle.strategy.dns;

import io.barnacle.internal.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** A transport that remembers what was sent; a test answers when it wants. Servers are 127.0.0.1, 127.0.0.2, … */
final class ScriptedTransport implements DnsTransport {

  /** A message that was sent. */
  final class Sent implements Exchange {

    final int server;
    final boolean tcp;
    final Message message;
    final Listener listener;
    private final long at = timers.monotonicMillis();
    private boolean closed;

    private Sent(int server, boolean tcp, Message message, Listener listener) {
      this.server = server;
      this.tcp = tcp;
      this.message = message;
      this.listener = listener;
    }

    @Override
    public void close() {
      closed = true;
    }

    boolean isClosed() {
      return closed;
    }

    /** The name that was asked for, without the dot at the end. */
    String name() {
      return message.getQuestion().getName().toString(true);
    }

    /** Answers with an rcode, and records if there are any. */
    void answer(int rcode, String... records) {
      Message answer = StubDnsServer.answerTo(message);
      answer.getHeader().setRcode(rcode);
      for (String each : records) {
        answer.addRecord(StubDnsServer.record(each), Section.ANSWER);
      }
      listener.received(answer.toWire());
    }

    /** Answers with an address for the name that was asked for. */
    void answerAddress() {
      answer(Rcode.NOERROR, message.getQuestion().getName() + " 60 A 10.0.0.1");
    }

    @Override
    public String toString() {
      return server + "@" + at + (tcp ? " tcp" : "") + (message.getOPT() == null ? " plain" : "");
    }
  }

  final List<Sent> sent = new ArrayList<>();
  private final Timers timers;

  ScriptedTransport(Timers timers) {
    this.timers = timers;
  }

  static List<InetSocketAddress> servers(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> new InetSocketAddress("127.0.0." + i, 53)).toList();
  }

  @Override
  public Exchange send(InetSocketAddress server, byte[] message, boolean tcp, Listener listener) {
    try {
      sent.add(new Sent(server.getAddress().getAddress()[3], tcp, new Message(message), listener));
      return sent.get(sent.size() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code server@time}, {@code tcp} and {@code plain} (no EDNS) where it applies. */
  List<String> log() {
    return sent.stream().map(Sent::toString).toList();
  }

  /** What waits for an answer. */
  List<Sent> open() {
    return sent.stream().filter(each -> !each.isClosed()).toList();
  }
}
