package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.barnacle.strategy.InvalidOptionsException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DnsOptionsTest {

  private static DnsOptions read(String json) {
    return DnsOptions.fromJson(new JsonObject(json));
  }

  private static List<String> faults(String json) {
    return assertThrows(InvalidOptionsException.class, () -> read(json)).faults();
  }

  @Test
  void readsTheExampleOfTheDocumentation() {
    DnsOptions options = read("{\"type\": \"dns\", \"basename\": \"my_app\", \"hostname\": \"my_app.internal\", "
        + "\"timeoutMs\": 5000, \"port\": 5701}");
    assertEquals(new DnsOptions().setBasename("my_app").setHostname("my_app.internal"), options);
    assertEquals("my_app", options.defaultName());
    assertEquals(5701, options.defaultPort());
  }

  @Test
  void goesToJsonAndBack() {
    DnsOptions all = new DnsOptions().setBasename("x").addHostname("a.test", "alpha").addHostname("b.test.", null)
        .setRecords(DnsRecords.SRV).setPort(6000).setTimeout(Duration.ofMillis(1234))
        .setServers(List.of("127.0.0.1:5353", "::1")).setSearch(List.of("a.b", "c.")).setNdots(5)
        .setResolvConf("/tmp/x").setCache(true).setUnion(4);
    for (DnsOptions each : List.of(all, new DnsOptions().setHostname("a"), new DnsOptions().addHostname("a", "b"),
        new DnsOptions(all).setHostname("c").setSearch(List.of()))) {
      DnsOptions back = read(each.toJson().encode());
      assertEquals(each, back);
      assertEquals(each.hashCode(), back.hashCode());
      assertEquals(each, new DnsOptions(each));
    }
    assertFalse(all.equals(new DnsOptions(all).setUnion(5)));
    assertEquals(new JsonArray().add("127.0.0.1:5353").add("[::1]:53"), all.toJson().getJsonArray("servers"));
  }

  @Test
  void listsEveryFaultByItsPath() {
    assertEquals(Set.of(
        "hostnames[0].hostname: is missing",
        "hostnames[1]: is not an object {\"hostname\": …, \"basename\": …}",
        "hostnames[2].basname: is not known, did you mean \"basename\"?",
        "records: \"srvs\" is not one of address, srv",
        "port: port 0 is not in 1..65535",
        "timeoutMs: a timeout is 50 ms to 10 minutes",
        "servers[1]: \"ns.example.com\" is not address[:port]",
        "ndots: ndots 16 is not in 0..15",
        "union: union 0 is not in 1..100",
        "unions: is not known, did you mean \"union\"?"),
        Set.copyOf(faults("{\"type\": \"dns\", \"hostnames\": [{}, 1, {\"hostname\": \"a\", \"basname\": \"b\"}], "
            + "\"records\": \"srvs\", \"port\": 0, \"timeoutMs\": 1, \"servers\": [\"127.0.0.1\", \"ns.example.com\"], "
            + "\"ndots\": 16, \"union\": 0, \"unions\": 1}")));
    assertEquals(List.of("hostname: is missing"), faults("{}"));
    assertEquals(List.of("hostnames: is given beside hostname; give one of them"),
        faults("{\"hostname\": \"a\", \"hostnames\": [{\"hostname\": \"b\"}]}"));
    assertTrue(faults("{\"hostname\": \"10.0.0.1\"}").get(0).contains("is an address"));
    assertTrue(faults("{\"hostname\": \"a..b\"}").get(0).contains("is not a DNS name"));
    assertTrue(faults("{\"hostname\": \"a\", \"basename\": \"b@c\"}").get(0).startsWith("basename: "));
  }

  @Test
  void aHostnameMustBeSet() {
    assertThrows(InvalidOptionsException.class, () -> new DnsOptions().create(null));
  }

  @Test
  void namesTheCurrentNode() {
    assertEquals("my_app", DnsOptions.basenameOf(Node.parse("my_app@10.0.0.3:5701")));
    assertEquals("alpha", new DnsOptions().addHostname("a", null).addHostname("b", "alpha").defaultName());
    assertTrue(new DnsOptions().setHostname("a").defaultName().startsWith("barnacle-"));
    assertEquals(6000, new DnsOptions().setPort(6000).defaultPort());
  }
}
