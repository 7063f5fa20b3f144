package io.barnacle.reconcile;

/**
 * Where the loop stands.
 *
 * @param mode whether it goes on by itself
 * @param refreshing whether a refresh is under way
 * @param timerSet whether a timer is set that will start the next one
 * @param disturbed whether something happened during this refresh that it may not have seen
 * @param failures how many refreshes failed since the last that did not
 * @param urgency how many fast refreshes there were since the view was disturbed; 0 if the view is whole
 */
public record LoopState(
    Mode mode, boolean refreshing, boolean timerSet, boolean disturbed, int failures, int urgency) {

  /** Whether the loop goes on by itself. */
  public enum Mode {
    /** A timer or a refresh is always under way. */
    RUNNING,
    /** Nothing happens until someone asks for a refresh. */
    PAUSED,
    /** For good. */
    STOPPED
  }

  /** Before the first refresh; urgent, because peers that start with this node may not listen yet. */
  public static final LoopState INITIAL = new LoopState(Mode.RUNNING, false, false, false, 0, 1);

  /** Running, refreshing, paused or stopped, for people. */
  public String describe() {
    return mode == Mode.RUNNING && refreshing ? "refreshing" : mode.name().toLowerCase(java.util.Locale.ROOT);
  }

  LoopState with(Mode newMode) {
    return new LoopState(newMode, refreshing, timerSet, disturbed, failures, urgency);
  }

  LoopState withTimer(boolean set) {
    return new LoopState(mode, refreshing, set, disturbed, failures, urgency);
  }

  LoopState started() {
    return new LoopState(mode, true, false, false, failures, urgency);
  }

  LoopState finished(int newFailures, int newUrgency) {
    return new LoopState(mode, false, timerSet, false, newFailures, newUrgency);
  }

  LoopState urgent(boolean duringRefresh) {
    return new LoopState(mode, refreshing, timerSet, duringRefresh, failures, Math.max(1, urgency));
  }
}
