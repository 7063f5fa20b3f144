package io.barnacle.strategy.dns;

import io.barnacle.internal.Timers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Answers for their TTL, within bounds of time and number; the one that was used longest ago goes first. */
final class AnswerCache {

  static final long MAX_SECONDS = 300;
  static final long MAX_NEGATIVE_SECONDS = 30;
  static final int MAX_ENTRIES = 4096;

  private record Key(Name name, int type) {
  }

  private record Kept(Outcome outcome, long expiresAt) {
  }

  private final Timers timers;
  private final LinkedHashMap<Key, Kept> entries = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
      return size() > MAX_ENTRIES;
    }
  };

  AnswerCache(Timers timers) {
    this.timers = timers;
  }

  /** The answer, or null if there is none that is fresh. */
  Outcome get(Record question) {
    Key key = new Key(question.getName(), question.getType());
    Kept entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (entry.expiresAt <= timers.monotonicMillis()) {
      entries.remove(key);
      return null;
    }
    return entry.outcome;
  }

  /** Keeps an answer; one that failed, or that has a TTL of 0, is not kept. */
  void put(Record question, Outcome outcome) {
    long seconds = Math.min(outcome.ttl(), outcome.isNothing() ? MAX_NEGATIVE_SECONDS : MAX_SECONDS);
    if (seconds > 0) {
      long expiresAt = timers.monotonicMillis() + TimeUnit.SECONDS.toMillis(seconds);
      entries.put(new Key(question.getName(), question.getType()), new Kept(outcome, expiresAt));
    }
  }
}
