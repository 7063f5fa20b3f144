package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.barnacle.strategy.StrategyException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

class ResolverSettingsTest {

  private static List<String> servers(ResolverSettings settings) {
    return settings.servers().stream().map(DnsResolver::nameOf).toList();
  }

  private static List<String> candidates(String resolvConf, String hostname) {
    return ResolverSettings.parse(resolvConf).candidates(hostname).stream().map(Name::toString).toList();
  }

  @Test
  void readsServersSearchListAndNdots() {
    ResolverSettings settings = ResolverSettings.parse("""
        # made by someone
        ; and another
        nameserver 10.96.0.10
        nameserver\t2001:db8::53   # a comment
        nameserver not-an-address
        nameserver
        search ns.svc.cluster.local svc.cluster.local. cluster.local
        options timeout:1 ndots:5 rotate
        whatever 1 2 3
        """);
    assertEquals(List.of("10.96.0.10:53", "[2001:db8::53]:53"), servers(settings));
    assertEquals(List.of(Name.fromConstantString("ns.svc.cluster.local."),
        Name.fromConstantString("svc.cluster.local."), Name.fromConstantString("cluster.local.")), settings.search());
    assertEquals(5, settings.ndots());
  }

  @Test
  void theLastSearchOrDomainCountsAndNdotsIsCapped() {
    ResolverSettings settings = ResolverSettings.parse("search a b\ndomain c\noptions ndots:99\noptions ndots:x\n");
    assertEquals(List.of(Name.fromConstantString("c.")), settings.search());
    assertEquals(15, settings.ndots());
  }

  @Test
  void withoutAServerItIsThisMachine() {
    assertEquals(List.of(new InetSocketAddress("127.0.0.1", 53)), ResolverSettings.parse("").servers());
    assertEquals(1, ResolverSettings.parse("").ndots());
  }

  @Test
  void searchesByTheNumberOfDots() {
    String kubernetes = "search ns.svc.cluster.local svc.cluster.local\noptions ndots:5\n";
    assertEquals(List.of("app.other.ns.svc.cluster.local.", "app.other.svc.cluster.local.", "app.other."),
        candidates(kubernetes, "app.other"));
    assertEquals(List.of("a.b.c.d.e.f.", "a.b.c.d.e.f.ns.svc.cluster.local.", "a.b.c.d.e.f.svc.cluster.local."),
        candidates(kubernetes, "a.b.c.d.e.f"));
    assertEquals(List.of("app.other."), candidates(kubernetes, "app.other."));
    assertEquals(List.of("app.internal.", "app.internal.x."), candidates("search x", "app.internal"));
    assertEquals(List.of("app.x.", "app."), candidates("search x", "app"));
    assertEquals(List.of("app.x.", "app."), candidates("search x X .", "app"));
  }

  @Test
  void aNameThatIsTooLongForADomainIsNotTriedThere() {
    String label = "a".repeat(60);
    String name = label + "." + label + "." + label + "." + label;
    assertEquals(List.of(name + "."), candidates("search " + label, name));
  }

  @Test
  void optionsOverrideTheFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 10.0.0.1\nsearch a\noptions ndots:3\n");
    DnsOptions options = new DnsOptions().setResolvConf(file.toString());
    assertEquals(List.of("10.0.0.1:53"), servers(ResolverSettings.load(options)));
    options.setServers(List.of("127.0.0.1:5353", "::1", "[::1]:54"));
    assertEquals(List.of("127.0.0.1:5353", "[::1]:53", "[::1]:54"), servers(ResolverSettings.load(options)));
    assertEquals(3, ResolverSettings.load(options).ndots());
    options.setSearch(List.of("b.c")).setNdots(0);
    assertEquals(List.of(Name.fromConstantString("b.c.")), ResolverSettings.load(options).search());
    assertEquals(0, ResolverSettings.load(options).ndots());
    Files.writeString(file, "nameserver 10.0.0.2\n");
    assertEquals(List.of("10.0.0.2:53"),
        servers(ResolverSettings.load(new DnsOptions().setResolvConf(file.toString()))));
  }

  @Test
  void aFileThatIsNotThereIsAnError(@TempDir Path directory) {
    DnsOptions options = new DnsOptions().setResolvConf(directory.resolve("nothing").toString());
    assertThrows(StrategyException.class, () -> ResolverSettings.load(options));
  }
}
