package io.barnacle.cluster.hazelcast;

import java.io.EOFException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What the connections to members tell of why a member went: Hazelcast's membership events do not say. Thread-safe; knows
 * only what happened lately.
 */
final class Departures {

  /** Where no connection has told anything. */
  static final String UNKNOWN = "its connection broke, or it was silent for too long";

  /** Longer than Hazelcast takes to give up a member whose connection broke, with its own failure detection too. */
  private static final long LATELY_MS = 90_000;

  private final LongSupplier clockMs;
  private final Map<UUID, Note> notes = new ConcurrentHashMap<>();

  private record Note(long atMs, String reason) {
  }

  Departures(LongSupplier clockMs) {
    this.clockMs = clockMs;
  }

  /** A connection to a process works: what was before is over. */
  void connected(UUID uuid) {
    notes.remove(uuid);
  }

  /**
   * A connection to a process has ended; the first of several says why, the others only follow.
   *
   * @param reason what Hazelcast says, may be null
   * @param cause what the network said, may be null
   */
  void disconnected(UUID uuid, String reason, Throwable cause) {
    long now = clockMs.getAsLong();
    notes.values().removeIf(note -> now - note.atMs() > LATELY_MS);
    notes.putIfAbsent(uuid, new Note(now, read(reason, cause)));
  }

  /** Why that member is gone, for people. */
  String whyGone(UUID uuid) {
    Note note = uuid == null ? null : notes.remove(uuid);
    return note == null || clockMs.getAsLong() - note.atMs() > LATELY_MS ? UNKNOWN : note.reason();
  }

  private static String read(String reason, Throwable cause) {
    String text = String.valueOf(reason);
    if (text.contains("not sent any heartbeats")) {
      return "it was silent for too long: no heartbeat came although its connection was open";
    }
    if (text.startsWith("Member left event received")) {
      return "the oldest member took it for dead, or it left";
    }
    if (cause instanceof EOFException || text.contains("closed by the other side")) {
      return "its connection was closed by the other side: the process ended, or its host closed it";
    }
    if (cause != null) {
      return "its connection broke: " + (cause.getMessage() == null ? cause : cause.getMessage());
    }
    return reason == null ? UNKNOWN : "its connection was closed: " + reason;
  }
}
