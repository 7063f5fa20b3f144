package io.barnacle.reconcile;

/** What can happen to the loop. */
public sealed interface LoopInput {

  /** It begins. */
  record Start() implements LoopInput {
  }

  /** The timer that the machine asked for fired. */
  record Tick() implements LoopInput {
  }

  /** Someone wants a refresh now. */
  record Refresh() implements LoopInput {
  }

  /** Someone wants silence. */
  record Pause() implements LoopInput {
  }

  /** Someone wants the end. */
  record Shutdown() implements LoopInput {
  }

  /**
   * The view is no longer what it was: a member was lost, two clusters merged, a lost peer answers again.
   *
   * @param sinceStartMs time since the last refresh started, in milliseconds
   */
  record Disturbed(long sinceStartMs) implements LoopInput {
  }

  /**
   * The refresh under way ended.
   *
   * @param tookMs how long it took
   * @param jitter a random number in [0, 1)
   */
  record Finished(Outcome outcome, long tookMs, double jitter) implements LoopInput {
  }

  /** How a refresh ended. */
  enum Outcome {
    /** All that was discovered is connected. */
    WHOLE,
    /** Discovery answered, but some peers could not be connected or disconnected, or nobody was discovered. */
    PARTIAL,
    /** Discovery or the listing failed. */
    FAILED
  }
}
