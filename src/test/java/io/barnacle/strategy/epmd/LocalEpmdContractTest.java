package io.barnacle.strategy.epmd;

import io.barnacle.node.Node;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.StrategyContract;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class LocalEpmdContractTest extends StrategyContract {

  private Loopback loopback;
  private int port;

  @BeforeEach
  void registerAPeer() throws Exception {
    loopback = new Loopback();
    port = FreePort.next();
    EpmdClient client = new EpmdClient(loopback.vertx, Duration.ofSeconds(5));
    PortMapper mapper = new PortMapper(loopback.vertx, port);
    loopback.on(mapper::open);
    Identity identity = new Identity("contract", "127.0.0.1");
    loopback.on(() -> client.register("127.0.0.1", port, Entry.of("peer", 6001, identity)));
  }

  @AfterEach
  void closeLoopback() {
    loopback.close();
  }

  @Override
  protected StrategyOptions working() {
    return new LocalEpmdOptions().setPort(port).setTimeout(Duration.ofSeconds(5));
  }

  @Override
  protected Set<Node> expected() {
    return Set.of(Node.of("peer", "127.0.0.1", 6001));
  }

  @Override
  protected StrategyOptions broken() {
    try {
      return new LocalEpmdOptions().setPort(loopback.silence()).setTimeout(Duration.ofMillis(100));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
