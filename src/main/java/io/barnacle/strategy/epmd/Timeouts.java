package io.barnacle.strategy.epmd;

import java.time.Duration;

/** The range of a question's deadline, the same for both strategies. */
final class Timeouts {

  private Timeouts() {
  }

  static Duration check(Duration timeout) {
    if (timeout.toMillis() < 10 || timeout.toMillis() > 60_000) {
      throw new IllegalArgumentException(timeout.toMillis() + " ms is not in 10..60000");
    }
    return timeout;
  }
}
