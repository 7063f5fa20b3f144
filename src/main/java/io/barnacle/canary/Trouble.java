package io.barnacle.canary;

import io.barnacle.node.Member;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** A member that has not answered yet, and is asked again. */
final class Trouble {

  static final long FIRST_PAUSE_MS = 500;
  static final long LONGEST_PAUSE_MS = 30_000;
  /** How often somebody is asked again who has no canary. */
  static final int IDLE = 6;

  final Member peer;
  /** How often in a row there was no connection, or no answer although others are heard. */
  int failures;
  /** How often in a row there was no answer, and nothing had been heard of anybody before. */
  int unheard;
  /** Whether the world knows of it. */
  boolean told;
  /** The first failure, null before it. */
  Instant since;
  Finding last;
  /** When it is asked again, null while it is asked. */
  Instant nextTry;
  long timer = BusWatch.NO_TIMER;
  private int idle;
  private long pauseMs = FIRST_PAUSE_MS;

  Trouble(Member peer) {
    this.peer = peer;
  }

  /**
   * Counts what came of asking.
   *
   * @param heardBefore whether anything of another canary had come in before it was asked
   * @return false if it is not worth asking again
   */
  boolean count(Finding finding, boolean heardBefore, Instant now) {
    if (finding.kind().isFailure()) {
      if (finding.kind() == Finding.Kind.SILENT && !heardBefore) {
        unheard++;
      } else {
        failures++;
      }
      since = since == null ? now : since;
      last = finding;
    } else if (!told) {
      failures = 0;
      unheard = 0;
      since = null;
      return ++idle <= IDLE;
    }
    return true;
  }

  /** Whether nothing is known of it but that it has no canary. */
  boolean isIdle() {
    return since == null;
  }

  /** The pause before the next try: it doubles each time. */
  long takePauseMs() {
    long taken = pauseMs;
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    return taken;
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject()
        .put("node", peer.node().toString())
        .put("nodeId", peer.nodeId())
        .put("host", last.host())
        .put("port", last.port())
        .put("since", since.toString())
        .put("tries", failures)
        .put("lastError", last.detail());
    return nextTry == null ? json : json.put("nextTry", nextTry.toString());
  }
}
