package io.barnacle.reconcile;

import io.barnacle.reconcile.LoopEffect.Announce;
import io.barnacle.reconcile.LoopEffect.CancelTimer;
import io.barnacle.reconcile.LoopEffect.SetTimer;
import io.barnacle.reconcile.LoopEffect.StartRefresh;
import io.barnacle.reconcile.LoopInput.Disturbed;
import io.barnacle.reconcile.LoopInput.Finished;
import io.barnacle.reconcile.LoopInput.Outcome;
import io.barnacle.reconcile.LoopState.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When to refresh: a pure function of state and input, with the ancestor's rules: a refresh resets the timer and
 * un-pauses; pause cancels the timer; shutdown is for good. One refresh at a time. While the mode is running there is
 * always a refresh under way or a timer set, so the loop never stops by itself.
 *
 * <p>The time to the next refresh is
 * <ul>
 *   <li>after a whole view, the poll interval, less or more a tenth at random, counted from the start of the last one;
 *   <li>after a failed refresh, a random time up to 250 ms, 500 ms, 1 s, … and at most the poll interval (exponential
 *       backoff with full jitter);
 *   <li>after a disturbance, at once, but at least {@value #MIN_GAP_MS} ms after the start of the refresh before it; and
 *       then, until the view is whole, 100 ms, 200 ms, … up to the poll interval.
 * </ul>
 */
public final class LoopMachine {

  /** The least time between the starts of two refreshes that nobody asked for, in milliseconds. */
  public static final long MIN_GAP_MS = 100;

  private static final long FAILURE_BASE_MS = 250;

  private final long pollMs;

  /** A new state and what to do. */
  public record Step(LoopState state, List<LoopEffect> effects) {
    /** Copies the effects. */
    public Step {
      effects = List.copyOf(effects);
    }
  }

  /**
   * @param pollInterval time between the starts of two refreshes of a whole view
   */
  public LoopMachine(Duration pollInterval) {
    this.pollMs = pollInterval.toMillis();
  }

  /** What the input makes of the state. */
  public Step step(LoopState state, LoopInput input) {
    if (state.mode() == Mode.STOPPED) {
      return new Step(input instanceof Finished ? state.finished(0, 0) : state, List.of());
    }
    if (input instanceof Finished finished) {
      return finished(state, finished);
    }
    if (input instanceof Disturbed disturbed) {
      return disturbed(state, disturbed.sinceStartMs());
    }
    if (input instanceof LoopInput.Pause) {
      return leave(state, Mode.PAUSED);
    }
    if (input instanceof LoopInput.Shutdown) {
      return leave(state, Mode.STOPPED);
    }
    if (input instanceof LoopInput.Tick) {
      LoopState fired = state.withTimer(false);
      boolean due = state.timerSet() && state.mode() == Mode.RUNNING && !state.refreshing();
      return due ? new Step(fired.started(), List.of(new StartRefresh())) : new Step(fired, List.of());
    }
    return refreshNow(state);
  }

  private Step refreshNow(LoopState state) {
    List<LoopEffect> effects = new ArrayList<>();
    LoopState next = state;
    if (state.mode() == Mode.PAUSED) {
      next = next.with(Mode.RUNNING);
      effects.add(new Announce(Mode.RUNNING));
    }
    if (!state.refreshing()) {
      if (state.timerSet()) {
        effects.add(new CancelTimer());
      }
      next = next.started();
      effects.add(new StartRefresh());
    }
    return new Step(next, effects);
  }

  private Step leave(LoopState state, Mode mode) {
    if (state.mode() == mode) {
      return new Step(state, List.of());
    }
    List<LoopEffect> effects = new ArrayList<>();
    if (state.timerSet()) {
      effects.add(new CancelTimer());
    }
    effects.add(new Announce(mode));
    return new Step(state.with(mode).withTimer(false), effects);
  }

  private Step disturbed(LoopState state, long sinceStartMs) {
    if (state.mode() == Mode.PAUSED) {
      return new Step(state, List.of());
    }
    if (state.refreshing()) {
      return new Step(state.urgent(true), List.of());
    }
    LoopState urgent = state.urgent(false);
    if (sinceStartMs < MIN_GAP_MS) {
      return new Step(urgent.withTimer(true), List.of(new SetTimer(Duration.ofMillis(MIN_GAP_MS - sinceStartMs))));
    }
    List<LoopEffect> effects = new ArrayList<>();
    if (state.timerSet()) {
      effects.add(new CancelTimer());
    }
    effects.add(new StartRefresh());
    return new Step(urgent.started(), effects);
  }

  private Step finished(LoopState state, Finished end) {
    int failures = end.outcome() == Outcome.FAILED ? state.failures() + 1 : 0;
    int urgency = nextUrgency(state, end.outcome());
    LoopState next = state.finished(failures, urgency);
    if (state.mode() == Mode.PAUSED) {
      return new Step(next, List.of());
    }
    long delay;
    if (end.outcome() == Outcome.FAILED) {
      delay = Math.max(MIN_GAP_MS / 2, Math.round(doubled(FAILURE_BASE_MS, failures - 1) * end.jitter()));
    } else if (urgency > 0) {
      delay = doubled(MIN_GAP_MS, urgency - 2);
    } else {
      long jittered = Math.round(pollMs * (0.9 + 0.2 * end.jitter()));
      delay = Math.max(MIN_GAP_MS, jittered - end.tookMs());
    }
    return new Step(next.withTimer(true), List.of(new SetTimer(Duration.ofMillis(delay))));
  }

  /** One more than before while the view is not whole and the fast interval has not reached the poll interval. */
  private int nextUrgency(LoopState state, Outcome outcome) {
    if (state.disturbed()) {
      return 2;
    }
    boolean over = outcome == Outcome.WHOLE || doubled(MIN_GAP_MS, state.urgency() - 1) >= pollMs;
    return state.urgency() == 0 || over ? 0 : state.urgency() + 1;
  }

  private long doubled(long baseMs, int times) {
    return Math.min(pollMs, baseMs << Math.max(0, Math.min(times, 30)));
  }
}
