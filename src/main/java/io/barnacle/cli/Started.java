package io.barnacle.cli;

import java.time.Duration;

/** When this JVM was ready to run the first line of ours. */
final class Started {

  private static volatile long at;

  private Started() {
  }

  static void now() {
    at = System.nanoTime();
  }

  static Duration ago() {
    return Duration.ofNanos(System.nanoTime() - at);
  }
}
