package io.barnacle.strategy.dns;

import io.barnacle.testkit.SystemRequirement;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A DNS server on loopback that says what a test wants it to say, by UDP and TCP on one port. */
final class StubDnsServer implements AutoCloseable {

  /** What to send back for a query, each element a datagram or a TCP message; none for silence. */
  interface Script {
    List<byte[]> replies(Message query, boolean tcp) throws Exception;
  }

  private static final int MAX_QUERY = 4096;
  private static final int PORT = 53;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Script script;
  final AtomicInteger udpQueries = new AtomicInteger();
  final AtomicInteger tcpQueries = new AtomicInteger();

  /** At port 53 of an address. */
  private StubDnsServer(Script script, InetAddress address) throws IOException {
    this.script = script;
    this.udp = new DatagramSocket(PORT, address);
    try {
      this.tcp = new ServerSocket(PORT, 50, address);
    } catch (IOException e) {
      udp.close();
      throw e;
    }
    start("udp", this::serveUdp);
    start("tcp", this::serveTcp);
  }

  private StubDnsServer(Script script, boolean withTcp) throws IOException {
    this.script = script;
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    DatagramSocket datagrams = null;
    ServerSocket connections = null;
    for (int i = 0; i < 20 && connections == null; i++) {
      datagrams = new DatagramSocket(0, loopback);
      try {
        connections = new ServerSocket(datagrams.getLocalPort(), 50, loopback);
      } catch (IOException e) {
        datagrams.close();
      }
    }
    this.udp = datagrams;
    this.tcp = connections;
    if (connections == null) {
      throw new IOException("no port is free for both UDP and TCP");
    }
    start("udp", this::serveUdp);
    if (withTcp) {
      start("tcp", this::serveTcp);
    } else {
      connections.close();
    }
  }

  static StubDnsServer start(Script script) throws IOException {
    return new StubDnsServer(script, true);
  }

  static StubDnsServer startWithoutTcp(Script script) throws IOException {
    return new StubDnsServer(script, false);
  }

  /** Answers each query with one message made by the function from an empty answer to it. */
  static StubDnsServer answering(BiFunction<Message, Message, Message> answer) throws IOException {
    return start((query, tcp) -> List.of(answer.apply(query, answerTo(query)).toWire()));
  }

  /**
   * As {@link #zone}, at the port of the DNS, as resolv.conf has no place for another one, and at some loopback address of
   * its own; skips the test where that is not allowed.
   */
  static StubDnsServer zoneAtPort53(String... records) throws IOException {
    Random random = new Random();
    IOException last = null;
    for (int i = 0; i < 20; i++) {
      byte[] address = {127, (byte) (16 + random.nextInt(100)), (byte) random.nextInt(256), (byte) (1 + random.nextInt(250))};
      try {
        return new StubDnsServer(answersOf(records), InetAddress.getByAddress(address));
      } catch (IOException e) {
        last = e;
      }
    }
    SystemRequirement.require(false, "nobody but root may listen at port 53 (" + last.getMessage() + ")");
    throw last;
  }

  /** Answers with the records of the question's name and type, NXDOMAIN if there are none of its name. */
  static StubDnsServer zone(String... records) throws IOException {
    return start(answersOf(records));
  }

  private static Script answersOf(String... records) {
    List<Record> all = Arrays.stream(records).map(StubDnsServer::record).toList();
    return (query, tcp) -> {
      Record question = query.getQuestion();
      Message answer = answerTo(query);
      all.stream().filter(r -> r.getName().equals(question.getName()) && r.getType() == question.getType())
          .forEach(r -> answer.addRecord(r, Section.ANSWER));
      if (all.stream().noneMatch(r -> r.getName().equals(question.getName()))) {
        answer.getHeader().setRcode(org.xbill.DNS.Rcode.NXDOMAIN);
      }
      return List.of(answer.toWire());
    };
  }

  static StubDnsServer rcode(int rcode) throws IOException {
    return answering((query, answer) -> {
      answer.getHeader().setRcode(rcode);
      return answer;
    });
  }

  static StubDnsServer silent() throws IOException {
    return start((query, tcp) -> List.of());
  }

  /** The beginning of an answer. */
  static Message answerTo(Message query) {
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.AA);
    answer.getHeader().setFlag(Flags.RD);
    answer.addRecord(query.getQuestion(), Section.QUESTION);
    return answer;
  }

  /** A record in the form of a zone file: {@code name. ttl type data}. */
  static Record record(String line) {
    String[] parts = line.split("\\s+", 4);
    try {
      return Record.fromString(Name.fromString(parts[0], Name.root), org.xbill.DNS.Type.value(parts[2]), DClass.IN,
          Long.parseLong(parts[1]), parts[3], Name.root);
    } catch (IOException e) {
      throw new IllegalArgumentException(line, e);
    }
  }

  /** {@code 127.0.0.1:port}. */
  String address() {
    return "127.0.0.1:" + udp.getLocalPort();
  }

  /** Its address without the port. */
  String host() {
    return udp.getLocalAddress().getHostAddress();
  }

  InetSocketAddress socketAddress() {
    return (InetSocketAddress) udp.getLocalSocketAddress();
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }

  private static void start(String name, Runnable action) {
    Thread thread = new Thread(action, "stub-dns-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void serveUdp() {
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_QUERY], MAX_QUERY);
        udp.receive(packet);
        udpQueries.incrementAndGet();
        Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        for (byte[] reply : script.replies(query, false)) {
          udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
      } catch (Exception e) {
        // Closed, or the client has gone: the next query counts.
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket client = tcp.accept()) {
        client.setSoTimeout(2000);
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        tcpQueries.incrementAndGet();
        for (byte[] reply : script.replies(new Message(bytes), true)) {
          out.writeShort(reply.length);
          out.flush();
          out.write(reply);
          out.flush();
        }
      } catch (Exception e) {
        // Closed, or the client has gone: the next connection counts.
      }
    }
  }
}
