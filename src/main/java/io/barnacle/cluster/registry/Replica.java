package io.barnacle.cluster.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The copy of another node's card, with what became of the messages that make it. It counts only while it is confirmed: its
 * node is a member, and has said since it became one that the copy is right. Guarded by the registry's lock, but for reads.
 */
final class Replica {

  private final Card card;
  private volatile boolean confirmed;
  /** Whether the copy was found to be wrong: only a whole card helps. */
  private boolean broken;
  private long leftAtMs = Long.MIN_VALUE;
  /** The parts of a whole card that have come. */
  private List<Change> parts;
  private long partsVersion;
  private long nextPart;

  Replica(String nodeId) {
    this.card = new Card(nodeId);
  }

  Card card() {
    return card;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  void left(long nowMs) {
    confirmed = false;
    parts = null;
    leftAtMs = nowMs;
  }

  /** Since when its node is no member. */
  long leftAtMs() {
    return leftAtMs;
  }

  void returned() {
    leftAtMs = Long.MIN_VALUE;
  }

  /**
   * Takes a message.
   *
   * @param trusted whether the node is a member, so that the copy can be confirmed
   * @param dirty gets the addresses of which something may have changed for readers
   */
  Ack take(Push push, boolean trusted, Set<String> dirty) {
    Ack ack = push.whole() ? takePart(push, dirty) : takeDifference(push, dirty);
    if (ack.kind() != Ack.Kind.HELD || ack.version() != push.to() || !push.last()) {
      return ack;
    }
    if (card.version() == push.to() && card.digest() != push.digest()) {
      broken = true;
      return Ack.held(0);
    }
    if (trusted && !confirmed && card.version() == push.to()) {
      confirmed = true;
      dirty.addAll(card.addresses());
    }
    return ack;
  }

  private Ack takeDifference(Push push, Set<String> dirty) {
    if (broken) {
      return Ack.held(0);
    }
    long version = card.version();
    if (version >= push.from() && version < push.to()) {
      for (Change change : push.changes().subList((int) (version - push.from()), push.changes().size())) {
        card.apply(change);
        addressesOf(change, dirty);
      }
    }
    return Ack.held(card.version());
  }

  private Ack takePart(Push push, Set<String> dirty) {
    if (!broken && card.version() >= push.to() && push.last()) {
      return Ack.held(card.version());
    }
    if (push.from() == 0) {
      parts = new ArrayList<>();
      partsVersion = push.to();
      nextPart = 0;
    }
    if (parts == null || partsVersion != push.to() || push.from() > nextPart) {
      parts = null;
      return Ack.held(0);
    }
    if (push.from() == nextPart) {
      parts.addAll(push.changes());
      nextPart++;
    }
    if (!push.last()) {
      return Ack.PART;
    }
    dirty.addAll(new HashSet<>(card.addresses()));
    card.replace(parts, push.to());
    dirty.addAll(card.addresses());
    parts = null;
    broken = false;
    return Ack.held(card.version());
  }

  private void addressesOf(Change change, Set<String> dirty) {
    if (change instanceof Change.Added added) {
      dirty.add(added.address());
    } else if (change instanceof Change.Removed removed) {
      dirty.add(removed.address());
    } else if (change instanceof Change.Withdrawn) {
      dirty.addAll(card.addresses());
    }
  }
}
