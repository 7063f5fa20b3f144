package io.barnacle.reconcile;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/** Virtual time for many nodes: a queue of actions, cancelled in constant time. */
final class SimClock {

  private record Due(long at, long id) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(id, other.id);
    }
  }

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final Map<Long, Runnable> actions = new HashMap<>();
  private long now;
  private long ids;

  long now() {
    return now;
  }

  long in(long delayMs, Runnable action) {
    long id = ids++;
    queue.add(new Due(now + Math.max(1, delayMs), id));
    actions.put(id, action);
    return id;
  }

  boolean cancel(long id) {
    return actions.remove(id) != null;
  }

  void runUntil(long until) {
    while (!queue.isEmpty() && queue.peek().at() <= until) {
      Due due = queue.poll();
      Runnable action = actions.remove(due.id());
      if (action != null) {
        now = due.at();
        action.run();
      }
    }
    now = until;
  }
}
