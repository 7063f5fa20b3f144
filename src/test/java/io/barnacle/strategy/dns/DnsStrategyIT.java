package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.vertx.core.Future;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The strategy against servers on loopback that behave as a test wants them to, mostly badly. */
@Timeout(60)
class DnsStrategyIT extends DnsFixture {

  private static final String[] DUAL_STACK = {
    "app.test. 60 A 10.0.0.1", "app.test. 60 A 10.0.0.2", "app.test. 60 AAAA fd00:0:0:1::2"
  };
  private static final Set<String> DUAL_STACK_NODES =
      Set.of("app@10.0.0.1:5701", "app@10.0.0.2:5701", "app@[fd00:0:0:1::2]:5701");

  private static Set<Reason> reasons(DnsLookupException failure) {
    return failure.failures().stream().map(Failure::reason).collect(Collectors.toSet());
  }

  private StubDnsServer good() throws Exception {
    return use(StubDnsServer.zone(DUAL_STACK));
  }

  /** Answers questions of one type with an rcode, the others as the dual-stack zone. */
  private StubDnsServer failingFor(int type, int rcode) throws Exception {
    return use(StubDnsServer.answering((query, answer) -> {
      if (query.getQuestion().getType() == type) {
        answer.getHeader().setRcode(rcode);
      } else {
        for (String each : DUAL_STACK) {
          if (StubDnsServer.record(each).getType() == query.getQuestion().getType()) {
            answer.addRecord(StubDnsServer.record(each), Section.ANSWER);
          }
        }
      }
      return answer;
    }));
  }

  @Test
  void findsBothFamilies() throws Exception {
    assertEquals(DUAL_STACK_NODES, discover(options(good().address())));
  }

  @Test
  void findsOneFamilyWhateverBecomesOfTheOther() throws Exception {
    for (int rcode : new int[] {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NXDOMAIN, Rcode.NOTIMP, Rcode.NOERROR}) {
      assertEquals(Set.of("app@10.0.0.1:5701", "app@10.0.0.2:5701"),
          discover(options(failingFor(Type.AAAA, rcode).address())), "AAAA " + Rcode.string(rcode));
      assertEquals(Set.of("app@[fd00:0:0:1::2]:5701"),
          discover(options(failingFor(Type.A, rcode).address())), "A " + Rcode.string(rcode));
    }
  }

  @Test
  void aFamilyThatFailsKeepsWhatItHadLast() throws Exception {
    AtomicInteger rcode = new AtomicInteger(Rcode.NOERROR);
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      boolean v6 = query.getQuestion().getType() == Type.AAAA;
      answer.getHeader().setRcode(v6 ? rcode.get() : Rcode.NOERROR);
      if (!v6 || rcode.get() == Rcode.NOERROR) {
        answer.addRecord(StubDnsServer.record(v6 ? DUAL_STACK[2] : DUAL_STACK[0]), Section.ANSWER);
      }
      return answer;
    }));
    Strategy strategy = strategy(options(server.address()));
    Set<String> both = Set.of("app@10.0.0.1:5701", "app@[fd00:0:0:1::2]:5701");
    assertEquals(both, discover(strategy));
    rcode.set(Rcode.SERVFAIL);
    assertEquals(both, discover(strategy));
    rcode.set(Rcode.NXDOMAIN);
    assertEquals(Set.of("app@10.0.0.1:5701"), discover(strategy));
  }

  @Test
  void bothFailingIsAFailureWithATypedCauseEach() throws Exception {
    record Case(int rcode, Reason reason) {
    }
    for (Case each : List.of(new Case(Rcode.SERVFAIL, Reason.SERVER_FAILURE), new Case(Rcode.REFUSED, Reason.REFUSED),
        new Case(Rcode.NOTIMP, Reason.NOT_IMPLEMENTED), new Case(Rcode.NXDOMAIN, Reason.NO_SUCH_DOMAIN))) {
      StubDnsServer server = use(StubDnsServer.rcode(each.rcode));
      DnsLookupException failure = discoverFails(options(server.address()));
      assertEquals(each.reason, failure.reason());
      assertEquals(Set.of("A", "AAAA"),
          failure.failures().stream().map(Failure::type).collect(Collectors.toSet()));
      assertEquals(Set.of(server.address()),
          failure.failures().stream().map(Failure::server).collect(Collectors.toSet()));
      assertEquals(each.rcode == Rcode.NXDOMAIN, failure instanceof DnsUnknownNameException);
      assertTrue(failure.getMessage().contains("app.test") && failure.getMessage().contains(each.reason.hint()),
          failure.getMessage());
    }
  }

  @Test
  void aNameWithoutAddressesIsEmptyAndNotAFailure() throws Exception {
    assertEquals(Set.of(), discover(options(use(StubDnsServer.rcode(Rcode.NOERROR)).address())));
  }

  @Test
  void nothingBesideAFailureIsAFailure() throws Exception {
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      answer.getHeader().setRcode(query.getQuestion().getType() == Type.A ? Rcode.NOERROR : Rcode.SERVFAIL);
      return answer;
    }));
    DnsLookupException failure = discoverFails(options(server.address()));
    assertEquals(Set.of(Reason.NO_DATA, Reason.SERVER_FAILURE), reasons(failure));
    assertInstanceOf(DnsServersDownException.class, failure);
  }

  @Test
  void aServerThatNeverAnswersHidesNothing() throws Exception {
    StubDnsServer silent = use(StubDnsServer.silent());
    assertEquals(DUAL_STACK_NODES, discover(options(silent.address(), good().address())));
    assertTrue(silent.udpQueries.get() >= 2);
  }

  @Test
  void aServerThatIsNotThereHidesNothing() throws Exception {
    assertEquals(DUAL_STACK_NODES, discover(options(closedPort(), good().address())));
  }

  @Test
  void garbageHidesNothing() throws Exception {
    StubDnsServer random = use(StubDnsServer.start((query, tcp) -> List.of(new byte[] {1, 2, 3}, new byte[300])));
    StubDnsServer rightId = use(StubDnsServer.start((query, tcp) -> {
      byte[] bytes = StubDnsServer.answerTo(query).toWire();
      bytes[5] = 9;
      return List.of(bytes);
    }));
    assertEquals(DUAL_STACK_NODES, discover(options(random.address(), rightId.address(), good().address())));
    Duration soon = Duration.ofSeconds(2);
    assertEquals(Set.of(Reason.MALFORMED), reasons(discoverFails(options(random.address()).setTimeout(soon))));
    assertEquals(Set.of(Reason.MALFORMED), reasons(discoverFails(options(rightId.address()).setTimeout(soon))));
  }

  @Test
  void aWrongIdIsIgnoredAndTheRightOneAwaited() throws Exception {
    StubDnsServer server = use(StubDnsServer.start((query, tcp) -> {
      Message forged = StubDnsServer.answerTo(query);
      forged.getHeader().setID(query.getHeader().getID() ^ 1);
      Message other = new Message(query.getHeader().getID());
      other.getHeader().setFlag(Flags.QR);
      other.addRecord(org.xbill.DNS.Record.newRecord(org.xbill.DNS.Name.fromString("evil.test."),
          query.getQuestion().getType(), 1), Section.QUESTION);
      Message right = StubDnsServer.answerTo(query);
      for (String each : DUAL_STACK) {
        if (StubDnsServer.record(each).getType() == query.getQuestion().getType()) {
          right.addRecord(StubDnsServer.record(each), Section.ANSWER);
        }
      }
      forged.addRecord(StubDnsServer.record("app.test. 60 A 6.6.6.6"), Section.ANSWER);
      return List.of(forged.toWire(), other.toWire(), right.toWire());
    }));
    assertEquals(DUAL_STACK_NODES, discover(options(server.address())));
  }

  @Test
  void aTruncatedAnswerIsAskedForOverTcp() throws Exception {
    StubDnsServer server = use(StubDnsServer.start((query, tcp) -> {
      Message answer = StubDnsServer.answerTo(query);
      if (!tcp) {
        answer.getHeader().setFlag(Flags.TC);
      } else if (query.getQuestion().getType() == Type.A) {
        for (int i = 0; i < 2000; i++) {
          answer.addRecord(
              StubDnsServer.record("app.test. 60 A 10.1." + i / 250 + "." + (i % 250 + 1)), Section.ANSWER);
        }
      }
      return List.of(answer.toWire());
    }));
    assertEquals(2000, discover(options(server.address())).size());
    assertTrue(server.tcpQueries.get() >= 2);
  }

  @Test
  void aTruncatedAnswerWithoutTcpIsNotTakenForTheWhole() throws Exception {
    StubDnsServer server = use(StubDnsServer.startWithoutTcp((query, tcp) -> {
      Message answer = StubDnsServer.answerTo(query);
      answer.addRecord(StubDnsServer.record(DUAL_STACK[0]), Section.ANSWER);
      answer.getHeader().setFlag(Flags.TC);
      return List.of(answer.toWire());
    }));
    assertEquals(Set.of(Reason.TRUNCATED), reasons(discoverFails(options(server.address()))));
    assertEquals(DUAL_STACK_NODES, discover(options(server.address(), good().address())));
  }

  @Test
  void aTcpServerThatIsSilentOrTalksGarbageHidesNothing() throws Exception {
    for (byte[] reply : new byte[][] {null, {}, {1}, new byte[Header.LENGTH], new byte[4000]}) {
      StubDnsServer server = use(StubDnsServer.start((query, tcp) -> {
        Message answer = StubDnsServer.answerTo(query);
        answer.getHeader().setFlag(Flags.TC);
        return !tcp ? List.of(answer.toWire()) : reply == null ? List.of() : List.of(reply);
      }));
      assertEquals(DUAL_STACK_NODES, discover(options(server.address(), good().address())));
      Set<Reason> reasons = reasons(discoverFails(options(server.address()).setTimeout(Duration.ofSeconds(2))));
      assertTrue(Set.of(Reason.TRUNCATED, Reason.MALFORMED).containsAll(reasons), reasons.toString());
    }
  }

  @Test
  void aServerWithoutEdnsIsAskedWithoutIt() throws Exception {
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      if (query.getOPT() != null) {
        answer.getHeader().setRcode(Rcode.FORMERR);
      } else if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record(DUAL_STACK[0]), Section.ANSWER);
      }
      return answer;
    }));
    assertEquals(Set.of("app@10.0.0.1:5701"), discover(options(server.address())));
  }

  @Test
  void timesOutAtItsDeadlineHoweverManyServersAndNames() throws Exception {
    DnsOptions options = options(use(StubDnsServer.silent()).address(), use(StubDnsServer.silent()).address())
        .setHostname("app").setSearch(List.of("a.test", "b.test")).addHostname("other.test.", null)
        .setTimeout(Duration.ofMillis(400));
    long start = System.nanoTime();
    DnsLookupException failure = discoverFails(options);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertEquals(Set.of(Reason.TIMEOUT), reasons(failure));
    assertTrue(millis >= 390 && millis < 5000, millis + " ms");
  }

  @Test
  void nothingListening() throws Exception {
    long start = System.nanoTime();
    DnsLookupException failure = discoverFails(options(closedPort()));
    assertEquals(Set.of(Reason.NO_ROUTE), reasons(failure));
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3), "does not wait for the deadline");
  }

  @Test
  void followsAliasesWithinAnAnswerAndFromAnswerToAnswer() throws Exception {
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      String name = query.getQuestion().getName().toString();
      if (name.equals("app.test.")) {
        answer.addRecord(StubDnsServer.record("app.test. 60 CNAME one.test."), Section.ANSWER);
        answer.addRecord(StubDnsServer.record("one.test. 60 CNAME two.test."), Section.ANSWER);
      } else if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record("TWO.test. 60 A 10.0.0.9"), Section.ANSWER);
        answer.addRecord(StubDnsServer.record("evil.test. 60 A 6.6.6.6"), Section.ANSWER);
      }
      return answer;
    }));
    assertEquals(Set.of("app@10.0.0.9:5701"), discover(options(server.address())));
  }

  @Test
  void aliasesThatGoRoundInCirclesAreMalformed() throws Exception {
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      boolean first = query.getQuestion().getName().toString().equals("app.test.");
      answer.addRecord(StubDnsServer.record(
          first ? "app.test. 60 CNAME b.test." : "b.test. 60 CNAME app.test."), Section.ANSWER);
      return answer;
    }));
    assertEquals(Set.of(Reason.MALFORMED), reasons(discoverFails(options(server.address()))));
  }

  @Test
  void searchesAsTheSystemWould() throws Exception {
    StubDnsServer server = use(StubDnsServer.zone("svc.ns.cluster.local. 5 A 10.0.0.7", "empty.a.test. 5 TXT nothing"));
    DnsOptions options = options(server.address()).setSearch(List.of("ns.cluster.local", "cluster.local")).setNdots(5);
    assertEquals(Set.of("app@10.0.0.7:5701"), discover(new DnsOptions(options).setHostname("svc.ns")));
    assertEquals(Set.of("app@10.0.0.7:5701"), discover(new DnsOptions(options).setHostname("svc")));
    assertEquals(Reason.NO_SUCH_DOMAIN, discoverFails(new DnsOptions(options).setHostname("svc.ns.")).reason());
    DnsLookupException failure = discoverFails(new DnsOptions(options).setHostname("nobody"));
    assertEquals(Set.of("nobody.ns.cluster.local", "nobody.cluster.local", "nobody"),
        failure.failures().stream().map(Failure::name).collect(Collectors.toSet()));
  }

  @Test
  void aServerFailureEndsTheSearch() throws Exception {
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      if (query.getQuestion().getName().toString().equals("app.mine.test.")) {
        answer.getHeader().setRcode(Rcode.SERVFAIL);
      } else if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record(query.getQuestion().getName() + " 60 A 6.6.6.6"), Section.ANSWER);
      }
      return answer;
    }));
    DnsOptions options = options(server.address()).setHostname("app").setSearch(List.of("mine.test", "theirs.test"));
    assertEquals(Reason.SERVER_FAILURE, discoverFails(options).reason());
  }

  @Test
  void aRefusalDoesNotEndTheSearch() throws Exception {
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      if (!query.getQuestion().getName().toString().equals("app.service.consul.")) {
        answer.getHeader().setRcode(Rcode.REFUSED);
      } else if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record("app.service.consul. 60 A 10.0.0.1"), Section.ANSWER);
      }
      return answer;
    }));
    DnsOptions options = options(server.address()).setSearch(List.of("consul"));
    assertEquals(Set.of("app@10.0.0.1:5701"), discover(new DnsOptions(options).setHostname("app.service")));
    assertEquals(Reason.REFUSED, discoverFails(new DnsOptions(options).setHostname("other.service")).reason());
  }

  @Test
  void readsResolvConfAgainWhenItChanges(@TempDir Path directory) throws Exception {
    StubDnsServer first = use(StubDnsServer.zone("app.one.test. 60 A 10.0.0.1"));
    StubDnsServer second = use(StubDnsServer.zone("app.two.test. 60 A 10.0.0.2"));
    Path resolvConf = directory.resolve("resolv.conf");
    // The servers are given here as resolv.conf has no place for a port; search and ndots come from the file.
    Files.writeString(resolvConf, "search one.test\noptions ndots:2\n");
    Strategy strategy = strategy(new DnsOptions().setBasename("app").setHostname("app")
        .setTimeout(Duration.ofSeconds(3)).setServers(List.of(first.address(), second.address()))
        .setResolvConf(resolvConf.toString()));
    assertEquals(Set.of("app@10.0.0.1:5701"), discover(strategy));
    Files.writeString(resolvConf, "search two.test\n");
    first.close();
    assertEquals(Set.of("app@10.0.0.2:5701"), discover(strategy));
    Files.delete(resolvConf);
    assertInstanceOf(StrategyException.class,
        assertThrows(Exception.class, () -> onContext(strategy::discoverNodes)));
  }

  @Test
  void asksTheServersOfResolvConfAsItIsNow(@TempDir Path directory) throws Exception {
    StubDnsServer first = use(StubDnsServer.zoneAtPort53("app.one.test. 60 A 10.0.0.1"));
    StubDnsServer second = use(StubDnsServer.zoneAtPort53("app.one.test. 60 A 10.0.0.2"));
    Path resolvConf = directory.resolve("resolv.conf");
    Files.writeString(resolvConf, "nameserver " + first.host() + "\nsearch one.test\n");
    Strategy strategy = strategy(new DnsOptions().setBasename("app").setHostname("app")
        .setTimeout(Duration.ofSeconds(3)).setResolvConf(resolvConf.toString()));
    assertEquals(Set.of("app@10.0.0.1:5701"), discover(strategy));
    Files.writeString(resolvConf, "nameserver " + second.host() + "\nsearch one.test\n");
    assertEquals(Set.of("app@10.0.0.2:5701"), discover(strategy));
    int asked = first.udpQueries.get();
    assertEquals(Set.of("app@10.0.0.2:5701"), discover(strategy));
    assertEquals(asked, first.udpQueries.get(), "the old one is not asked any more");
  }

  @Test
  void srvGivesHostAndPortAndUsesWhatWasSentAlong() throws Exception {
    Set<String> asked = ConcurrentHashMap.newKeySet();
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      asked.add(query.getQuestion().getName().toString());
      if (query.getQuestion().getType() == Type.SRV) {
        answer.addRecord(StubDnsServer.record("app.test. 60 SRV 10 5 6001 n1.test."), Section.ANSWER);
        answer.addRecord(StubDnsServer.record("app.test. 60 SRV 20 0 6002 n2.test."), Section.ANSWER);
        answer.addRecord(StubDnsServer.record("app.test. 60 SRV 20 0 6003 n2.test."), Section.ANSWER);
        answer.addRecord(StubDnsServer.record("app.test. 60 SRV 0 0 6004 ."), Section.ANSWER);
        answer.addRecord(StubDnsServer.record("n1.test. 60 A 10.0.0.1"), Section.ADDITIONAL);
      } else if (query.getQuestion().getType() == Type.AAAA) {
        answer.addRecord(StubDnsServer.record(query.getQuestion().getName() + " 60 AAAA fd00::2"), Section.ANSWER);
      }
      return answer;
    }));
    assertEquals(Set.of("app@10.0.0.1:6001", "app@[fd00::2]:6002", "app@[fd00::2]:6003"),
        discover(options(server.address()).setRecords(DnsRecords.SRV)));
    assertEquals(Set.of("app.test.", "n2.test."), asked, "n1 was sent along and is not asked for");
  }

  @Test
  void aTargetThatCannotBeResolvedHidesNoOtherAndStaysAsItWas() throws Exception {
    AtomicInteger rcode = new AtomicInteger(Rcode.NOERROR);
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      String name = query.getQuestion().getName().toString();
      if (query.getQuestion().getType() == Type.SRV) {
        answer.addRecord(StubDnsServer.record("app.test. 60 SRV 0 0 6001 n1.test."), Section.ANSWER);
        answer.addRecord(StubDnsServer.record("app.test. 60 SRV 0 0 6002 n2.test."), Section.ANSWER);
      } else if (name.equals("n2.test.") && rcode.get() != Rcode.NOERROR) {
        answer.getHeader().setRcode(rcode.get());
      } else if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record(name + " 60 A 10.0.0." + name.charAt(1)), Section.ANSWER);
      }
      return answer;
    }));
    Strategy strategy = strategy(options(server.address()).setRecords(DnsRecords.SRV));
    Set<String> both = Set.of("app@10.0.0.1:6001", "app@10.0.0.2:6002");
    assertEquals(both, discover(strategy));
    rcode.set(Rcode.SERVFAIL);
    assertEquals(both, discover(strategy));
    rcode.set(Rcode.NXDOMAIN);
    assertEquals(Set.of("app@10.0.0.1:6001"), discover(strategy));
  }

  @Test
  void aServiceThatIsDecidedlyNotThereIsEmpty() throws Exception {
    StubDnsServer server = use(StubDnsServer.zone("app.test. 60 SRV 0 0 0 ."));
    assertEquals(Set.of(), discover(options(server.address()).setRecords(DnsRecords.SRV)));
  }

  @Test
  void resolvesManySrvTargets() throws Exception {
    StubDnsServer server = use(StubDnsServer.start((query, tcp) -> {
      Message answer = StubDnsServer.answerTo(query);
      if (query.getQuestion().getType() == Type.SRV && !tcp) {
        answer.getHeader().setFlag(Flags.TC);
      } else if (query.getQuestion().getType() == Type.SRV) {
        for (int i = 0; i < 300; i++) {
          answer.addRecord(StubDnsServer.record("app.test. 60 SRV 0 0 6001 n" + i + ".test."), Section.ANSWER);
        }
      } else if (query.getQuestion().getType() == Type.A) {
        String name = query.getQuestion().getName().toString();
        int i = Integer.parseInt(name.substring(1, name.indexOf('.')));
        answer.addRecord(StubDnsServer.record(name + " 60 A 10.0." + i / 250 + "." + (i % 250 + 1)), Section.ANSWER);
      }
      return List.of(answer.toWire());
    }));
    assertEquals(300, discover(
        options(server.address()).setRecords(DnsRecords.SRV).setTimeout(Duration.ofSeconds(18))).size());
  }

  @Test
  void severalHostnamesEachWithItsBasename() throws Exception {
    StubDnsServer server = use(StubDnsServer.zone("a.test. 60 A 10.0.0.1", "b.test. 60 A 10.0.0.2"));
    DnsOptions options = new DnsOptions().setServers(List.of(server.address())).setSearch(List.of())
        .addHostname("a.test", "alpha").addHostname("b.test", null).addHostname("c.test", null);
    Strategy strategy = strategy(options);
    onContext(() -> strategy.start(new LocalNode(Node.of("me", "10.0.0.3", 5701), "cluster")));
    assertEquals(Set.of("alpha@10.0.0.1:5701", "me@10.0.0.2:5701"), discover(strategy));
  }

  @Test
  void aHostnameThatFailsKeepsWhatItHadLastWhileAnotherIsFound() throws Exception {
    AtomicInteger rcode = new AtomicInteger(Rcode.NOERROR);
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      String name = query.getQuestion().getName().toString();
      if (name.equals("b.test.") && rcode.get() != Rcode.NOERROR) {
        answer.getHeader().setRcode(rcode.get());
      } else if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record(name + " 60 A 10.0.0." + (name.charAt(0) - 'a')), Section.ANSWER);
      }
      return answer;
    }));
    Strategy strategy = strategy(new DnsOptions().setBasename("x").setServers(List.of(server.address()))
        .setSearch(List.of()).addHostname("b.test.", null).addHostname("c.test.", null));
    Set<String> both = Set.of("x@10.0.0.1:5701", "x@10.0.0.2:5701");
    assertEquals(both, discover(strategy));
    rcode.set(Rcode.REFUSED);
    assertEquals(both, discover(strategy));
    rcode.set(Rcode.NXDOMAIN);
    assertEquals(both, discover(strategy));
  }

  @Test
  void unionKeepsANodeForAsManyAnswersAsItIsTold() throws Exception {
    AtomicInteger poll = new AtomicInteger();
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record("app.test. 60 A 10.0.0." + poll.incrementAndGet()), Section.ANSWER);
      }
      return answer;
    }));
    Strategy strategy = strategy(options(server.address()).setUnion(3));
    assertEquals(Set.of("app@10.0.0.1:5701"), discover(strategy));
    assertEquals(Set.of("app@10.0.0.1:5701", "app@10.0.0.2:5701"), discover(strategy));
    assertEquals(Set.of("app@10.0.0.1:5701", "app@10.0.0.2:5701", "app@10.0.0.3:5701"), discover(strategy));
    assertEquals(Set.of("app@10.0.0.2:5701", "app@10.0.0.3:5701", "app@10.0.0.4:5701"), discover(strategy));
  }

  @Test
  void aChangeIsSeenAtTheNextPollUnlessItIsToBeCached() throws Exception {
    AtomicReference<String> address = new AtomicReference<>("10.0.0.1");
    StubDnsServer server = use(StubDnsServer.answering((query, answer) -> {
      if (query.getQuestion().getType() == Type.A) {
        answer.addRecord(StubDnsServer.record("app.test. 60 A " + address.get()), Section.ANSWER);
      }
      return answer;
    }));
    Strategy asks = strategy(options(server.address()));
    Strategy caches = strategy(options(server.address()).setCache(true));
    assertEquals(discover(asks), discover(caches));
    address.set("10.0.0.2");
    assertEquals(Set.of("app@10.0.0.2:5701"), discover(asks));
    assertEquals(Set.of("app@10.0.0.1:5701"), discover(caches));
  }

  @Test
  void blockedAddressesAreNobody() throws Exception {
    StubDnsServer server = use(StubDnsServer.zone("app.test. 60 A 0.0.0.0", "app.test. 60 AAAA ::"));
    assertEquals(Set.of(), discover(options(server.address())));
  }

  @Test
  void closingFailsWhatIsInFlight() throws Exception {
    Strategy strategy = strategy(options(use(StubDnsServer.silent()).address()));
    StrategyException failure = assertThrows(StrategyException.class, () -> onContext(() -> {
      Future<Set<Node>> discovery = strategy.discoverNodes();
      vertx.setTimer(50, timer -> strategy.close());
      return discovery;
    }));
    assertTrue(failure.getMessage().contains("closed"), failure.getMessage());
    assertFalse(failure instanceof DnsLookupException);
  }

  @Test
  void leavesNoSocketOpen() throws Exception {
    StubDnsServer silent = use(StubDnsServer.silent());
    StubDnsServer good = good();
    Strategy strategy = strategy(options(silent.address(), good.address()));
    discover(strategy);
    long before = DnsFuzzIT.sockets();
    for (int i = 0; i < 50; i++) {
      discover(strategy);
    }
    org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> DnsFuzzIT.sockets() <= before);
  }

  private static String closedPort() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
