package io.barnacle.reconcile;

import io.barnacle.internal.Timers;
import io.barnacle.node.Node;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every peer that should be connected and is not, with the reason: those that discovery lists and that do not connect, and
 * members that were lost lately, whether it lists them or not. Used on the loop's event loop.
 */
final class PeerTroubles {

  /** How long a lost member is remembered, and looked for, that discovery does not list. */
  static final Duration LOST_LATELY = Duration.ofMinutes(10);

  /** The source of what is known of a peer by its membership, not by a strategy. */
  static final String MEMBERSHIP = "membership";

  private final String source;
  private final Timers timers;
  private final Map<Node, PeerTrouble> unreachable = new TreeMap<>();
  private final Map<Node, Loss> lost = new TreeMap<>();
  /** The unreachable whose reason is new. */
  private final Set<Node> news = new TreeSet<>();

  private record Loss(long atMillis, PeerTrouble trouble) {
  }

  /** @param source the type of the strategy */
  PeerTroubles(String source, Timers timers) {
    this.source = source;
    this.timers = timers;
  }

  /**
   * A refresh came to a result.
   *
   * @param connected who is connected now
   * @param failed whom it tried to connect in vain, with the reason
   */
  void refreshed(Set<Node> connected, Map<Node, String> failed) {
    unreachable.keySet().retainAll(failed.keySet());
    failed.forEach(this::failed);
    lost.keySet().removeAll(connected);
  }

  private void failed(Node node, String message) {
    PeerTrouble before = unreachable.get(node);
    if (before == null) {
      Loss loss = lost.get(node);
      Instant since = loss == null ? timers.now() : loss.trouble().firstSeen();
      unreachable.put(node, new PeerTrouble(source, since, 1, message, null));
    } else {
      unreachable.put(node, before.again(message));
    }
    if (before == null || !before.lastError().equals(message)) {
      news.add(node);
    }
  }

  /** A member is gone; {@code nextRefresh} is null while that is under way. */
  void lost(Node node, String reason, Instant nextRefresh) {
    lost.put(node, new Loss(
        timers.monotonicMillis(), new PeerTrouble(MEMBERSHIP, timers.now(), 0, reason, nextRefresh)));
  }

  /** A peer is a member. */
  void joined(Node node) {
    unreachable.remove(node);
    lost.remove(node);
    news.remove(node);
  }

  /** When all of them are tried again at the latest; null if that is not known. */
  void nextTry(Instant at) {
    unreachable.replaceAll((node, trouble) -> trouble.next(at));
    lost.replaceAll((node, loss) -> new Loss(loss.atMillis(), loss.trouble().next(at)));
  }

  /** All of them. */
  Set<Node> nodes() {
    lost.values().removeIf(loss -> timers.monotonicMillis() - loss.atMillis() > LOST_LATELY.toMillis());
    Set<Node> nodes = new HashSet<>(unreachable.keySet());
    nodes.addAll(lost.keySet());
    return nodes;
  }

  /** Whether the reason why this one does not connect is a new one. */
  boolean isNews(Node node) {
    return news.contains(node);
  }

  /** The unreachable whose reason has changed since the last call. */
  Map<Node, PeerTrouble> takeNews() {
    Map<Node, PeerTrouble> taken = new TreeMap<>(unreachable);
    taken.keySet().retainAll(news);
    news.clear();
    return taken;
  }

  /** Those that discovery lists, JSON by node. */
  JsonObject unreachableJson() {
    JsonObject json = new JsonObject();
    unreachable.forEach((node, trouble) -> json.put(node.toString(), trouble.toJson()));
    return json;
  }

  /** The lost that are not among them. */
  JsonObject lostJson() {
    JsonObject json = new JsonObject();
    lost.forEach((node, loss) -> {
      if (!unreachable.containsKey(node)) {
        json.put(node.toString(), loss.trouble().toJson());
      }
    });
    return json;
  }
}
