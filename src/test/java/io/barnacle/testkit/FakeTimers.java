package io.barnacle.testkit;

import io.barnacle.internal.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: nothing happens until {@link #advance}; actions run on the thread that advances. */
public final class FakeTimers implements Timers {

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Entry> queue =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::id));
  private long now;
  private long ids;

  private record Entry(long at, long id, Runnable action) {
  }

  @Override
  public long schedule(Duration delay, Runnable action) {
    long id = ids++;
    queue.add(new Entry(now + Math.max(1, delay.toMillis()), id, action));
    return id;
  }

  @Override
  public boolean cancel(long id) {
    return queue.removeIf(entry -> entry.id() == id);
  }

  @Override
  public long monotonicMillis() {
    return now;
  }

  @Override
  public Instant now() {
    return EPOCH.plusMillis(now);
  }

  /** Runs all that is due within the duration, in order, each at its own time. */
  public void advance(Duration duration) {
    long until = now + duration.toMillis();
    while (!queue.isEmpty() && queue.peek().at() <= until) {
      Entry due = queue.poll();
      now = due.at();
      due.action().run();
    }
    now = until;
  }

  /** How many timers are set. */
  public int pending() {
    return queue.size();
  }

  /** Time to the next timer, or null if none is set. */
  public Duration untilNext() {
    return queue.isEmpty() ? null : Duration.ofMillis(queue.peek().at() - now);
  }
}
