package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.BootstrapOptions.OnTimeout;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunningNodeTest {

  @Test
  void aStartMayTakeAsLongAsBootstrapAllows() {
    BootstrapOptions bootstrap = new BootstrapOptions().setDeadline(Duration.ofMinutes(7));
    assertEquals(Duration.ofMinutes(9), RunningNode.patience(new BarnacleOptions().setBootstrap(bootstrap)));
    bootstrap.setOnTimeout(OnTimeout.WAIT);
    assertTrue(RunningNode.patience(new BarnacleOptions().setBootstrap(bootstrap)).toDays() > 365);
  }
}
