package io.barnacle.internal;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;

/** Time as a collaborator, so that tests advance it rather than sleep. */
public interface Timers {

  /** Runs the action once, after the delay (at least 1 ms), on the context that asked; returns an id for {@link #cancel}. */
  long schedule(Duration delay, Runnable action);

  /** Cancels; false if it ran or was cancelled before. */
  boolean cancel(long id);

  /** A clock that never jumps, in milliseconds, for measuring durations. */
  long monotonicMillis();

  /** The wall clock, for people. */
  Instant now();

  /** The timers of a Vert.x. */
  static Timers of(Vertx vertx) {
    return new Timers() {
      @Override
      public long schedule(Duration delay, Runnable action) {
        return vertx.setTimer(Math.max(1, delay.toMillis()), id -> action.run());
      }

      @Override
      public boolean cancel(long id) {
        return vertx.cancelTimer(id);
      }

      @Override
      public long monotonicMillis() {
        return System.nanoTime() / 1_000_000;
      }

      @Override
      public Instant now() {
        return Instant.now();
      }
    };
  }
}
