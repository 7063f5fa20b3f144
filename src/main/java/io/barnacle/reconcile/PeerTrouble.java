package io.barnacle.reconcile;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * Why a peer is not connected.
 *
 * @param source which strategy discovered it; {@code membership} if it was a member and none does
 * @param firstSeen when it was first in vain, or lost
 * @param tries how often since then
 * @param lastError what the last try said, or why it was lost
 * @param nextTry when it is tried again at the latest, null while the loop is paused or refreshes
 */
public record PeerTrouble(String source, Instant firstSeen, int tries, String lastError, Instant nextTry) {

  PeerTrouble again(String error) {
    return new PeerTrouble(source, firstSeen, tries + 1, error, nextTry);
  }

  PeerTrouble next(Instant at) {
    return new PeerTrouble(source, firstSeen, tries, lastError, at);
  }

  /** The JSON form. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject()
        .put("source", source)
        .put("firstSeen", firstSeen.toString())
        .put("tries", tries)
        .put("lastError", lastError);
    return nextTry == null ? json : json.put("nextTry", nextTry.toString());
  }
}
