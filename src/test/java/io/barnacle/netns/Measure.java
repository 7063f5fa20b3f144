package io.barnacle.netns;

import java.time.Duration;
import java.util.Locale;

/**
 * One measured time of a scenario.
 *
 * @param what what happened
 * @param took how long it took; null if it did not happen in time
 * @param limit the time that Barnacle must reach with its defaults; null if there is none in absolute terms
 * @param note what was last, or what is wrong; for people
 */
record Measure(String what, Duration took, Duration limit, String note) {

  static Measure of(String what, Rightness.Verdict verdict, Duration limit) {
    return new Measure(what, verdict.took(), limit, verdict.last());
  }

  /** Whether it happened within the limit. */
  boolean isWithinLimit() {
    return took != null && (limit == null || took.compareTo(limit) <= 0);
  }

  /** The time in seconds, or "never". */
  String seconds() {
    return took == null ? "never" : String.format(Locale.ROOT, "%.2f", took.toMillis() / 1000.0);
  }

  @Override
  public String toString() {
    return what + ": " + seconds() + (limit == null ? "" : " (limit " + limit.toMillis() / 1000.0 + ")")
        + "  [" + note + "]";
  }
}
