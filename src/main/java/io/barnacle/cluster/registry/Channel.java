package io.barnacle.cluster.registry;

import java.util.List;

/**
 * What one peer has of this node's card, and what it is to be sent next. One message is under way at a time. Guarded by the
 * registry's lock.
 */
final class Channel {

  private static final System.Logger LOG = System.getLogger(Channel.class.getName());

  static final int CHANGES_AT_ONCE = 4_096;
  private static final int CHARS_AT_ONCE = 512 * 1024;
  private static final long FIRST_PAUSE_MS = 5;
  private static final long LONGEST_PAUSE_MS = 500;
  private static final long UNKNOWN = -1;

  private final String peer;
  private final OwnCard own;
  private long acked = UNKNOWN;
  private Push underWay;
  private boolean digestDue;
  private int failures;
  private long retryAtMs;
  /** A whole card that is being sent in parts, or null. */
  private List<Change> whole;
  private long wholeVersion;
  private long wholeDigest;
  private int wholeSent;
  private int wholePart;

  Channel(String peer, OwnCard own) {
    this.peer = peer;
    this.own = own;
  }

  String peer() {
    return peer;
  }

  /** The version that the peer is known to have, or -1. */
  long acked() {
    return acked;
  }

  /** Has the peer asked anew what it has; what is under way may be lost, and its answer is not waited for. */
  void forgetAcked() {
    acked = UNKNOWN;
    underWay = null;
    whole = null;
    failures = 0;
    retryAtMs = 0;
  }

  void digestDue() {
    digestDue = true;
  }

  /** When the next attempt after a failure is due, if it is not yet; else 0. */
  long retryAtMs(long nowMs) {
    return underWay == null && retryAtMs > nowMs ? retryAtMs : 0;
  }

  /** What to send now, which then is under way; or null. */
  Push next(long nowMs) {
    if (underWay != null || nowMs < retryAtMs) {
      return null;
    }
    underWay = choose();
    return underWay;
  }

  private Push choose() {
    if (whole != null) {
      return part();
    }
    long version = own.version();
    if (acked == UNKNOWN || acked == version && digestDue) {
      digestDue = false;
      return new Push(own.card().nodeId(), false, version, version, true, List.of(), own.card().digest());
    }
    if (acked == version) {
      return null;
    }
    if (!own.canContinue(acked)) {
      whole = own.card().content();
      wholeVersion = version;
      wholeDigest = own.card().digest();
      wholeSent = 0;
      wholePart = 0;
      return part();
    }
    List<Change> changes = own.changesAfter(acked, CHANGES_AT_ONCE, CHARS_AT_ONCE);
    long to = acked + changes.size();
    // The digest belongs to the last version: one in between has none, and is checked by the one that follows.
    return new Push(own.card().nodeId(), false, acked, to, to == version, changes, own.card().digest());
  }

  private Push part() {
    List<Change> changes = OwnCard.chunk(whole, wholeSent, CHANGES_AT_ONCE, CHARS_AT_ONCE);
    boolean last = wholeSent + changes.size() == whole.size();
    return new Push(own.card().nodeId(), true, wholePart, wholeVersion, last, changes, wholeDigest);
  }

  /** The answer to what is under way has come. */
  void answered(Push push, Ack ack, long nowMs) {
    if (push != underWay) {
      return;
    }
    underWay = null;
    switch (ack.kind()) {
      case LATER -> pause(nowMs);
      case PART -> {
        if (whole != null && push.whole() && push.from() == wholePart && push.to() == wholeVersion) {
          wholeSent += push.changes().size();
          wholePart++;
        }
        succeeded();
      }
      case HELD -> held(push, ack.version(), nowMs);
    }
  }

  private void held(Push push, long version, long nowMs) {
    boolean unknownVersion = version < 0 || version > own.version();
    whole = null;
    acked = unknownVersion ? 0 : version;
    if (push.whole() && (unknownVersion || version < push.to())) {
      LOG.log(System.Logger.Level.DEBUG, "{0} did not take this node''s card at version {1}", peer, push.to());
      pause(nowMs);
    } else {
      succeeded();
    }
  }

  /** What is under way has failed, or got no answer in time. */
  void failed(Push push, long nowMs) {
    if (push == underWay) {
      underWay = null;
      // Whether it arrived is not known: what it led to is told again, and skipped where it is known.
      pause(nowMs);
    }
  }

  private void succeeded() {
    failures = 0;
    retryAtMs = 0;
  }

  private void pause(long nowMs) {
    retryAtMs = nowMs + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(failures, 10));
    failures++;
  }
}
