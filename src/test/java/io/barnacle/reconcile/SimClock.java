package io.barnacle.reconcile;

import java.util.Arrays;

/**
 * Virtual time for many nodes: a ring of milliseconds, each with its actions in the order in which they were asked for. All
 * that it does takes constant time.
 */
final class SimClock {

  /** Delays are shorter than that, in milliseconds. */
  private static final int HORIZON = 1 << 15;

  private final Ids[] ring = new Ids[HORIZON];
  private final Ids free = new Ids();
  /** By slot, the low half of an id. */
  private Runnable[] actions = new Runnable[64];
  /** How often a slot was used, the high half. */
  private int[] uses = new int[64];
  private int slots;
  private long now;

  /** A list of numbers, without an object for each. */
  private static final class Ids {
    private long[] ids = new long[4];
    private int size;

    void add(long id) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
      }
      ids[size++] = id;
    }
  }

  long now() {
    return now;
  }

  /** Does it so much later, but not in this millisecond. */
  long in(long delayMs, Runnable action) {
    if (delayMs >= HORIZON) {
      throw new IllegalArgumentException(delayMs + " ms are beyond what this clock knows");
    }
    int slot = free.size > 0 ? (int) free.ids[--free.size] : slots++;
    if (slot == actions.length) {
      actions = Arrays.copyOf(actions, slot * 2);
      uses = Arrays.copyOf(uses, slot * 2);
    }
    actions[slot] = action;
    long id = (long) uses[slot] << 32 | slot;
    int at = (int) ((now + Math.max(1, delayMs)) % HORIZON);
    if (ring[at] == null) {
      ring[at] = new Ids();
    }
    ring[at].add(id);
    return id;
  }

  boolean cancel(long id) {
    return take(id) != null;
  }

  void runUntil(long until) {
    while (now < until) {
      now++;
      int at = (int) (now % HORIZON);
      Ids due = ring[at];
      if (due != null) {
        ring[at] = null;
        for (int i = 0; i < due.size; i++) {
          Runnable action = take(due.ids[i]);
          if (action != null) {
            action.run();
          }
        }
      }
    }
  }

  /** The action, which is not to be done any more; null if it is not from before. */
  private Runnable take(long id) {
    int slot = (int) id;
    if (uses[slot] != (int) (id >>> 32)) {
      return null;
    }
    Runnable action = actions[slot];
    actions[slot] = null;
    uses[slot]++;
    free.add(slot);
    return action;
  }
}
