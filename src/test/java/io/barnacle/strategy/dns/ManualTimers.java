package io.barnacle.strategy.dns;

import io.barnacle.internal.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Time that passes when a test says so. */
final class ManualTimers implements Timers {

  private record Timer(long id, long at, Runnable action) {
  }

  private final Map<Long, Timer> timers = new LinkedHashMap<>();
  private long now;
  private long nextId;

  @Override
  public long schedule(Duration delay, Runnable action) {
    timers.put(++nextId, new Timer(nextId, now + Math.max(1, delay.toMillis()), action));
    return nextId;
  }

  @Override
  public boolean cancel(long id) {
    return timers.remove(id) != null;
  }

  @Override
  public long monotonicMillis() {
    return now;
  }

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(now);
  }

  int pending() {
    return timers.size();
  }

  void advance(long millis) {
    long end = now + millis;
    for (Optional<Timer> next = dueBy(end); next.isPresent(); next = dueBy(end)) {
      timers.remove(next.get().id);
      now = next.get().at;
      next.get().action.run();
    }
    now = end;
  }

  private Optional<Timer> dueBy(long end) {
    return timers.values().stream().filter(each -> each.at <= end)
        .min(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::id));
  }
}
