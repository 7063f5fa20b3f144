package io.barnacle.reconcile;

import java.time.Duration;

/** What the loop is to do. */
public sealed interface LoopEffect {

  /** Start a refresh. */
  record StartRefresh() implements LoopEffect {
  }

  /** Set the timer, in place of one that is set. */
  record SetTimer(Duration delay) implements LoopEffect {
  }

  /** Cancel the timer. */
  record CancelTimer() implements LoopEffect {
  }

  /** Tell that the mode changed. */
  record Announce(LoopState.Mode mode) implements LoopEffect {
  }
}
