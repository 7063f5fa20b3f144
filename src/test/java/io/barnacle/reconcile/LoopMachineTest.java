package io.barnacle.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.reconcile.LoopEffect.Announce;
import io.barnacle.reconcile.LoopEffect.CancelTimer;
import io.barnacle.reconcile.LoopEffect.SetTimer;
import io.barnacle.reconcile.LoopEffect.StartRefresh;
import io.barnacle.reconcile.LoopInput.Outcome;
import io.barnacle.reconcile.LoopState.Mode;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopMachineTest {

  private static final Duration POLL = Duration.ofSeconds(5);
  private static final LoopState IDLE = new LoopState(Mode.RUNNING, false, true, false, 0, 0);
  private static final LoopState REFRESHING = new LoopState(Mode.RUNNING, true, false, false, 0, 0);
  private static final LoopState PAUSED = new LoopState(Mode.PAUSED, false, false, false, 0, 0);

  private final LoopMachine machine = new LoopMachine(POLL);

  private static LoopInput finished(Outcome outcome) {
    return new LoopInput.Finished(outcome, 40, 0.5);
  }

  private static List<LoopEffect> timer(long ms) {
    return List.of(new SetTimer(Duration.ofMillis(ms)));
  }

  @Test
  void refreshesAtOnceWhenItStarts() {
    assertEquals(List.of(new StartRefresh()), machine.step(LoopState.INITIAL, new LoopInput.Start()).effects());
  }

  @Test
  void refreshResetsTheTimer() {
    assertEquals(List.of(new CancelTimer(), new StartRefresh()), machine.step(IDLE, new LoopInput.Refresh()).effects());
  }

  @Test
  void refreshSharesTheOneUnderWay() {
    assertEquals(List.of(), machine.step(REFRESHING, new LoopInput.Refresh()).effects());
  }

  @Test
  void refreshUnpausesAndSaysSo() {
    LoopMachine.Step step = machine.step(PAUSED, new LoopInput.Refresh());
    assertEquals(List.of(new Announce(Mode.RUNNING), new StartRefresh()), step.effects());
    assertEquals(Mode.RUNNING, step.state().mode());
  }

  @Test
  void pauseCancelsTheTimerOnce() {
    LoopMachine.Step step = machine.step(IDLE, new LoopInput.Pause());
    assertEquals(List.of(new CancelTimer(), new Announce(Mode.PAUSED)), step.effects());
    assertEquals(List.of(), machine.step(step.state(), new LoopInput.Pause()).effects());
  }

  @Test
  void aPauseDuringARefreshLetsItEndAndSetsNoTimer() {
    LoopState paused = machine.step(REFRESHING, new LoopInput.Pause()).state();
    assertEquals(List.of(), machine.step(paused, finished(Outcome.WHOLE)).effects());
  }

  @Test
  void shutdownIsForGood() {
    LoopState stopped = machine.step(IDLE, new LoopInput.Shutdown()).state();
    for (LoopInput input : List.of(new LoopInput.Refresh(), new LoopInput.Tick(), new LoopInput.Pause(),
        new LoopInput.Shutdown(), new LoopInput.Disturbed(10_000), finished(Outcome.WHOLE))) {
      assertEquals(List.of(), machine.step(stopped, input).effects(), input.toString());
    }
  }

  @ParameterizedTest(name = "jitter {0}: {1} ms")
  @CsvSource({"0.0, 4460", "0.5, 4960", "0.999999, 5460"})
  void theIntervalIsCountedFromTheStartWithATenthOfJitter(double jitter, long ms) {
    assertEquals(timer(ms), machine.step(REFRESHING, new LoopInput.Finished(Outcome.WHOLE, 40, jitter)).effects());
  }

  @Test
  void backsOffAfterFailuresUpToThePollInterval() {
    LoopState state = REFRESHING;
    long[] limits = {250, 500, 1000, 2000, 4000, 5000, 5000};
    for (long limit : limits) {
      LoopMachine.Step step = machine.step(state, new LoopInput.Finished(Outcome.FAILED, 1, 1.0));
      assertEquals(timer(limit), step.effects());
      state = machine.step(step.state(), new LoopInput.Tick()).state();
    }
    assertEquals(timer(50), machine.step(state, new LoopInput.Finished(Outcome.FAILED, 1, 0.0)).effects());
  }

  @Test
  void aDisturbanceRefreshesAtOnceThenFastUntilTheViewIsWhole() {
    LoopMachine.Step step = machine.step(IDLE, new LoopInput.Disturbed(1000));
    assertEquals(List.of(new CancelTimer(), new StartRefresh()), step.effects());
    LoopState state = step.state();
    for (long fast : new long[] {100, 200, 400}) {
      step = machine.step(state, finished(Outcome.PARTIAL));
      assertEquals(timer(fast), step.effects());
      state = machine.step(step.state(), new LoopInput.Tick()).state();
    }
    assertEquals(timer(4960), machine.step(state, finished(Outcome.WHOLE)).effects());
  }

  @Test
  void aViewThatNeverGetsWholeEndsAtThePollInterval() {
    LoopState state = machine.step(IDLE, new LoopInput.Disturbed(1000)).state();
    for (int i = 0; i < 10; i++) {
      state = machine.step(machine.step(state, finished(Outcome.PARTIAL)).state(), new LoopInput.Tick()).state();
    }
    assertEquals(0, state.urgency());
  }

  @Test
  void aDisturbanceRightAfterAStartWaitsForTheGap() {
    assertEquals(timer(60), machine.step(IDLE, new LoopInput.Disturbed(40)).effects());
  }

  @Test
  void aDisturbanceDuringARefreshIsNotForgotten() {
    LoopState disturbed = machine.step(REFRESHING, new LoopInput.Disturbed(10)).state();
    assertEquals(timer(100), machine.step(disturbed, finished(Outcome.WHOLE)).effects());
  }

  @Test
  void aDisturbanceDoesNotUnpause() {
    assertEquals(List.of(), machine.step(PAUSED, new LoopInput.Disturbed(10_000)).effects());
  }

  @Provide
  Arbitrary<LoopInput> inputs() {
    Arbitrary<LoopInput> ends = Arbitraries.of(Outcome.class).flatMap(outcome ->
        Arbitraries.longs().between(0, 20_000).flatMap(took -> Arbitraries.doubles().between(0, 0.99)
            .map(jitter -> (LoopInput) new LoopInput.Finished(outcome, took, jitter))));
    return Arbitraries.oneOf(
        Arbitraries.of(new LoopInput.Tick(), new LoopInput.Refresh(), new LoopInput.Pause()),
        Arbitraries.longs().between(0, 10_000).map(LoopInput.Disturbed::new),
        ends);
  }

  @Property(tries = 2000)
  void neverStopsSchedulingAndNeverRefreshesTwiceAtOnce(@ForAll List<@net.jqwik.api.From("inputs") LoopInput> history) {
    LoopState state = machine.step(LoopState.INITIAL, new LoopInput.Start()).state();
    boolean underWay = true;
    boolean timer = false;
    for (LoopInput input : history) {
      boolean possible = input instanceof LoopInput.Finished ? underWay : !(input instanceof LoopInput.Tick) || timer;
      if (!possible) {
        continue;
      }
      underWay &= !(input instanceof LoopInput.Finished);
      timer &= !(input instanceof LoopInput.Tick);
      LoopMachine.Step step = machine.step(state, input);
      state = step.state();
      for (LoopEffect effect : step.effects()) {
        if (effect instanceof StartRefresh) {
          assertFalse(underWay, "two refreshes at once");
          underWay = true;
          timer = false;
        } else if (effect instanceof SetTimer set) {
          assertTrue(set.delay().toMillis() >= 1 && set.delay().toMillis() <= POLL.toMillis() * 11 / 10);
          timer = true;
        } else if (effect instanceof CancelTimer) {
          timer = false;
        }
      }
      assertEquals(underWay, state.refreshing());
      assertTrue(state.mode() != Mode.RUNNING || underWay || timer, "stopped scheduling after " + input);
      assertTrue(state.mode() != Mode.PAUSED || !timer, "a timer while paused");
    }
  }
}
