package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.barnacle.testkit.BindServer;
import io.barnacle.testkit.DnsServerProcess;
import io.barnacle.testkit.DnsmasqServer;
import io.barnacle.testkit.KnotServer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** The strategy against real servers: BIND, Knot DNS and dnsmasq, each a process on a loopback port. */
@Tag("dns")
@Timeout(120)
class RealDnsServerIT {

  /** What holds of every server. */
  abstract static class AnyServer extends DnsFixture {

    abstract DnsServerProcess server() throws Exception;

    DnsServerProcess serving(String... records) throws Exception {
      return use(server()).start(records);
    }

    @Test
    void findsBothFamiliesAndIpv6WithZeroGroups() throws Exception {
      DnsServerProcess server = serving("app.test. 60 A 10.0.0.1", "app.test. 60 AAAA fd00::1",
          "app.test. 60 AAAA 2001:db8:0:0:1:0:0:1", "app.test. 60 AAAA 2001:0:0:1::1",
          "app.test. 60 AAAA fd00:0:0:1::");
      assertEquals(Set.of("app@10.0.0.1:5701", "app@[fd00::1]:5701", "app@[2001:db8::1:0:0:1]:5701",
          "app@[2001:0:0:1::1]:5701", "app@[fd00:0:0:1::]:5701"), discover(options(server.address())));
    }

    @Test
    void findsANameWithOneFamilyOnly() throws Exception {
      DnsServerProcess server = serving("app.test. 60 A 10.0.0.1", "six.test. 60 AAAA fd00::6");
      assertEquals(Set.of("app@10.0.0.1:5701"), discover(options(server.address())));
      assertEquals(Set.of("app@[fd00::6]:5701"), discover(options(server.address()).setHostname("six.test.")));
    }

    @Test
    void findsHostAndPortBySrv() throws Exception {
      DnsServerProcess server = serving("_barnacle._tcp.app.test. 60 SRV 10 5 6001 n1.test.",
          "_barnacle._tcp.app.test. 60 SRV 20 0 6002 n2.test.", "n1.test. 60 A 10.0.0.1", "n1.test. 60 AAAA fd00::1",
          "n2.test. 60 A 10.0.0.2");
      Set<String> nodes = discover(options(server.address()).setRecords(DnsRecords.SRV)
          .setHostname("_barnacle._tcp.app").setSearch(List.of("test")));
      assertTrue(Set.of("app@10.0.0.1:6001", "app@[fd00::1]:6001", "app@10.0.0.2:6002").containsAll(nodes),
          nodes::toString);
      assertTrue(nodes.contains("app@10.0.0.2:6002") && nodes.size() >= 2, nodes::toString);
    }

    @Test
    void findsTwoThousandAddresses() throws Exception {
      String[] records = Stream.concat(
          IntStream.range(0, 2000).mapToObj(i -> "app.test. 60 A 10.1." + i / 250 + "." + (i % 250 + 1)),
          IntStream.range(0, 2000).mapToObj(i -> "app.test. 60 AAAA fd00::" + Integer.toHexString(i + 1)))
          .toArray(String[]::new);
      Set<String> expected = new TreeSet<>();
      for (int i = 0; i < 2000; i++) {
        expected.add("app@10.1." + i / 250 + "." + (i % 250 + 1) + ":5701");
        expected.add("app@[fd00::" + Integer.toHexString(i + 1) + "]:5701");
      }
      assertEquals(expected, discover(options(serving(records).address()).setTimeout(Duration.ofSeconds(15))));
    }

    @Test
    void tellsNoSuchDomainFromRefused() throws Exception {
      DnsServerProcess server = serving("app.test. 60 A 10.0.0.1");
      DnsLookupException unknown = discoverFails(options(server.address()).setHostname("nobody.test."));
      assertEquals(Reason.NO_SUCH_DOMAIN, unknown.reason());
      DnsLookupException refused = discoverFails(options(server.address()).setHostname("app.example."));
      assertEquals(Reason.REFUSED, refused.reason());
      assertTrue(refused instanceof DnsServersDownException && unknown instanceof DnsUnknownNameException);
    }

    @Test
    void followsAChangeOfTheZone() throws Exception {
      DnsServerProcess server = serving("app.test. 60 A 10.0.0.1", "app.test. 60 A 10.0.0.2");
      Strategy strategy = strategy(options(server.address()));
      assertEquals(Set.of("app@10.0.0.1:5701", "app@10.0.0.2:5701"), discover(strategy));
      server.updateZone("app.test. 60 A 10.0.0.2", "app.test. 60 AAAA fd00::3");
      assertEquals(Set.of("app@10.0.0.2:5701", "app@[fd00::3]:5701"), discover(strategy));
    }

    @Test
    void aServerThatHangsIsATimeoutAndRecovers() throws Exception {
      DnsServerProcess server = serving("app.test. 60 A 10.0.0.1");
      Strategy strategy = strategy(options(server.address()).setTimeout(Duration.ofSeconds(2)));
      assertEquals(Set.of("app@10.0.0.1:5701"), discover(strategy));
      server.suspend();
      assertEquals(Reason.TIMEOUT, discoverFails(strategy).reason());
      server.resume();
      assertEquals(Set.of("app@10.0.0.1:5701"), discover(strategy));
    }

    @Test
    void aServerThatHasGoneIsUnreachableAndAnotherOneHelps() throws Exception {
      DnsServerProcess gone = serving("app.test. 60 A 10.0.0.1");
      DnsServerProcess other = serving("app.test. 60 A 10.0.0.2");
      Strategy both = strategy(options(gone.address(), other.address()));
      Strategy one = strategy(options(gone.address()));
      assertEquals(Set.of("app@10.0.0.1:5701"), discover(both));
      gone.close();
      assertEquals(Set.of("app@10.0.0.2:5701"), discover(both));
      assertEquals(Reason.NO_ROUTE, discoverFails(one).reason());
    }

    @Test
    void serversThatAreSilentOrTalkNonsenseBesideItHideNothing() throws Exception {
      DnsServerProcess hung = serving("app.test. 60 A 10.0.0.9");
      hung.suspend();
      StubDnsServer garbage = use(StubDnsServer.start((query, tcp) -> List.of(new byte[] {1, 2, 3}, new byte[300])));
      StubDnsServer wrongId = use(StubDnsServer.start((query, tcp) -> {
        Message forged = StubDnsServer.answerTo(query);
        forged.getHeader().setID(query.getHeader().getID() ^ 1);
        forged.addRecord(StubDnsServer.record("app.test. 60 A 6.6.6.6"), Section.ANSWER);
        return List.of(forged.toWire());
      }));
      DnsServerProcess good = serving("app.test. 60 A 10.0.0.1", "app.test. 60 AAAA fd00::1");
      for (String bad : List.of(hung.address(), garbage.address(), wrongId.address())) {
        assertEquals(Set.of("app@10.0.0.1:5701", "app@[fd00::1]:5701"),
            discover(options(bad, good.address())), bad);
      }
      assertTrue(garbage.udpQueries.get() >= 2 && wrongId.udpQueries.get() >= 2, "they were asked");
    }

    @Test
    void keepsAnAnswerForItsTtlIfToldTo() throws Exception {
      DnsServerProcess server = serving("app.test. 2 A 10.0.0.1", "app.test. 2 AAAA fd00::1");
      Strategy caches = strategy(options(server.address()).setCache(true));
      Strategy asks = strategy(options(server.address()));
      long start = System.nanoTime();
      Set<String> old = discover(caches);
      assertEquals(Set.of("app@10.0.0.1:5701", "app@[fd00::1]:5701"), old);
      assertEquals(old, discover(asks));
      server.updateZone("app.test. 60 A 10.0.0.2", "app.test. 60 AAAA fd00::2");
      Set<String> changed = Set.of("app@10.0.0.2:5701", "app@[fd00::2]:5701");
      assertEquals(changed, discover(asks));
      Set<String> kept = discover(caches);
      if (System.nanoTime() - start < ttl().toNanos()) { // on a busy machine it may have taken longer
        assertEquals(old, kept);
      }
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> discover(caches).equals(changed));
      assertTrue(System.nanoTime() - start >= ttl().toNanos(), "not before the TTL was over");
    }

    /** For how long the records of {@link #keepsAnAnswerForItsTtlIfToldTo} may be kept. */
    Duration ttl() {
      return Duration.ofSeconds(2);
    }
  }

  /** What servers with zone files can do besides. */
  abstract static class ZoneFileServer extends AnyServer {

    @Test
    void findsBothAddressesOfASrvTarget() throws Exception {
      DnsServerProcess server = serving("app.test. 60 SRV 0 0 6001 n1.test.", "n1.test. 60 A 10.0.0.1",
          "n1.test. 60 AAAA fd00::1", "app.test. 60 SRV 0 0 6002 elsewhere.test.", "elsewhere.test. 60 CNAME n2.test.",
          "n2.test. 60 A 10.0.0.2");
      assertEquals(Set.of("app@10.0.0.1:6001", "app@[fd00::1]:6001", "app@10.0.0.2:6002"),
          discover(options(server.address()).setRecords(DnsRecords.SRV)));
    }

    @Test
    void tellsEmptyFromServerFailure() throws Exception {
      DnsServerProcess server = serving("app.test. 60 TXT hello");
      assertEquals(Set.of(), discover(options(server.address())));
      assertEquals(Reason.SERVER_FAILURE, discoverFails(options(server.address()).setHostname("app.broken.")).reason());
    }

    @Test
    void followsAliases() throws Exception {
      DnsServerProcess server = serving("app.test. 60 CNAME b.test.", "b.test. 60 CNAME c.test.",
          "c.test. 60 A 10.0.0.3", "c.test. 60 AAAA fd00::3", "lost.test. 60 CNAME nowhere.test.");
      assertEquals(Set.of("app@10.0.0.3:5701", "app@[fd00::3]:5701"), discover(options(server.address())));
      assertEquals(Reason.NO_SUCH_DOMAIN,
          discoverFails(options(server.address()).setHostname("lost.test.")).reason());
    }

    @Test
    void searches() throws Exception {
      DnsServerProcess server = serving("svc.ns.svc.test. 60 A 10.0.0.4");
      DnsOptions options = options(server.address()).setNdots(5)
          .setSearch(List.of("ns.svc.test", "svc.test", "test"));
      assertEquals(Set.of("app@10.0.0.4:5701"), discover(new DnsOptions(options).setHostname("svc.ns")));
      assertEquals(Set.of("app@10.0.0.4:5701"), discover(new DnsOptions(options).setHostname("svc")));
    }
  }

  @Nested
  class Bind extends ZoneFileServer {
    @Override
    DnsServerProcess server() throws Exception {
      return new BindServer();
    }
  }

  @Nested
  class Knot extends ZoneFileServer {
    @Override
    DnsServerProcess server() throws Exception {
      return new KnotServer();
    }
  }

  @Nested
  class Dnsmasq extends AnyServer {
    @Override
    DnsServerProcess server() throws Exception {
      return new DnsmasqServer();
    }

    @Override
    Duration ttl() {
      return Duration.ZERO; // what it has from a hosts file it serves with a TTL of 0
    }
  }
}
