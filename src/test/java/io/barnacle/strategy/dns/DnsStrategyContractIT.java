package io.barnacle.strategy.dns;

import io.barnacle.node.Node;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.testkit.StrategyContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.xbill.DNS.Rcode;

/** What every strategy promises, kept by this one. */
class DnsStrategyContractIT extends StrategyContract {

  private StubDnsServer server;

  private StrategyOptions options(StubDnsServer started) {
    server = started;
    return new DnsOptions().setBasename("app").setHostname("app.test.").setServers(List.of(server.address()));
  }

  @Override
  protected StrategyOptions working() {
    try {
      return options(StubDnsServer.zone("app.test. 60 A 10.0.0.1", "app.test. 60 AAAA fd00::1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Set<Node> expected() {
    return Set.of(Node.of("app", "10.0.0.1", 5701), Node.of("app", "fd00::1", 5701));
  }

  @Override
  protected StrategyOptions broken() {
    try {
      return options(StubDnsServer.rcode(Rcode.SERVFAIL));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void closeServer() throws IOException {
    server.close();
  }
}
