package io.barnacle.cluster.registry;

import java.util.ArrayList;
import java.util.List;

/** This node's own card, with the changes that not all peers have yet. Guarded by the registry's lock. */
final class OwnCard {

  /** A peer that is further behind gets the whole card. */
  static final int LOGGED_AT_MOST = 65_536;

  private final Card card;
  /** The changes after version {@link #logStart}. */
  private final List<Change> log = new ArrayList<>();
  private long logStart;

  OwnCard(String nodeId) {
    this.card = new Card(nodeId);
  }

  Card card() {
    return card;
  }

  long version() {
    return card.version();
  }

  void change(Change change) {
    card.apply(change);
    log.add(change);
    if (log.size() > LOGGED_AT_MOST) {
      forget(LOGGED_AT_MOST / 4);
    }
  }

  /** Whether a copy of that version can be brought up to date by a difference. */
  boolean canContinue(long from) {
    return from >= logStart && from > 0;
  }

  /** The changes after a version, a limited number of them. */
  List<Change> changesAfter(long from, int atMost, int charsAtMost) {
    int start = (int) (from - logStart);
    return chunk(log, start, atMost, charsAtMost);
  }

  /** Whether no peer is behind, as far as {@link #everybodyHas} was told. */
  boolean isKnownToAll() {
    return log.isEmpty();
  }

  /** Forgets the changes that lead to a version which everybody has. */
  void everybodyHas(long version) {
    if (version > logStart) {
      forget((int) (version - logStart));
    }
  }

  private void forget(int changes) {
    log.subList(0, changes).clear();
    logStart += changes;
  }

  /** A part of a list from an index on, bounded in elements and, but for the first one, in characters of addresses. */
  static List<Change> chunk(List<Change> changes, int start, int atMost, int charsAtMost) {
    int end = start;
    int chars = 0;
    while (end < changes.size() && end - start < atMost) {
      Change next = changes.get(end);
      if (next instanceof Change.Added added) {
        chars += added.address().length();
      } else if (next instanceof Change.Removed removed) {
        chars += removed.address().length();
      }
      if (chars > charsAtMost && end > start) {
        break;
      }
      end++;
    }
    return List.copyOf(changes.subList(start, end));
  }
}
