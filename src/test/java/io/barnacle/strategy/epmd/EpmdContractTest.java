package io.barnacle.strategy.epmd;

import io.barnacle.node.Node;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.StrategyContract;
import java.io.IOException;
import java.util.Set;

class EpmdContractTest extends StrategyContract {

  @Override
  protected StrategyOptions working() {
    try {
      return new EpmdOptions().setEpmdPort(FreePort.next()).addNode("one@127.0.0.1:6001").addNode("two@127.0.0.2");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected Set<Node> expected() {
    return Set.of(Node.of("one", "127.0.0.1", 6001), Node.of("two", "127.0.0.2", 5701));
  }

  /** One host without an answer hides no other, so there is no failure of the whole. */
  @Override
  protected StrategyOptions broken() {
    return null;
  }
}
