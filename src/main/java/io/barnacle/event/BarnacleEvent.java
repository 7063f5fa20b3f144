package io.barnacle.event;

import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One happening. Its JSON has {@code v} (the version of this format, {@value #VERSION}), {@code type}, {@code at} (ISO-8601,
 * UTC), {@code node} (the node that tells it), {@code name} (of the barnacle, if it has one) and what belongs to the type;
 * {@link #fromJson} reads it back. New types and keys may be added within a version: consumers pass over what they do not
 * know.
 */
public sealed interface BarnacleEvent {

  /** Version of the JSON format. */
  int VERSION = 1;

  /** Who tells it, and when. */
  Origin origin();

  /** The value of {@code type} in JSON, in camel case. */
  String type();

  /** What belongs to the type, apart from the origin. */
  JsonObject details();

  /** The whole JSON form. */
  default JsonObject toJson() {
    JsonObject json = new JsonObject().put("v", VERSION).put("type", type()).put("at", origin().at().toString());
    if (origin().node() != null) {
      json.put("node", origin().node().toString());
    }
    if (origin().name() != null) {
      json.put("name", origin().name());
    }
    return json.mergeIn(details());
  }

  /**
   * Reads {@link #toJson} back.
   *
   * @throws IllegalArgumentException if it is no event, or one that this version does not know
   */
  static BarnacleEvent fromJson(JsonObject json) {
    return EventReader.read(json);
  }

  /**
   * Who tells it, and when.
   *
   * @param node this node, null if it has no name (a Vert.x that is not clustered, with no node configured)
   * @param name the name of the barnacle, null if it has none
   */
  record Origin(Instant at, Node node, String name) {
  }

  /** A refresh came to a result. The maps and sets are those of the refresh result; {@code failed} has messages. */
  record Refreshed(
      Origin origin,
      Set<Node> nodes,
      Set<Node> connected,
      Set<Node> disconnected,
      Map<Node, String> failed,
      Duration duration) implements BarnacleEvent {
    /** Copies. */
    public Refreshed {
      nodes = Set.copyOf(nodes);
      connected = Set.copyOf(connected);
      disconnected = Set.copyOf(disconnected);
      failed = Map.copyOf(failed);
    }

    @Override
    public String type() {
      return "refreshed";
    }

    @Override
    public JsonObject details() {
      JsonObject causes = new JsonObject();
      new TreeMap<>(failed).forEach((node, cause) -> causes.put(node.toString(), cause));
      return new JsonObject()
          .put("nodes", names(nodes))
          .put("connected", names(connected))
          .put("disconnected", names(disconnected))
          .put("failed", causes)
          .put("durationMs", duration.toMillis());
    }

  }

  /**
   * A refresh came to no result; nobody was removed for it, and the loop goes on. Told once until the kind of failure
   * changes or a refresh comes to a result again ({@link Refreshed}), not at each try.
   *
   * @param cause the class of the failure that is at the bottom, for programs
   * @param message what failed, for people
   */
  record RefreshFailed(Origin origin, String cause, String message) implements BarnacleEvent {
    @Override
    public String type() {
      return "refreshFailed";
    }

    @Override
    public JsonObject details() {
      return new JsonObject().put("cause", cause).put("message", message);
    }
  }

  /** The loop rests until someone asks for a refresh. */
  record Paused(Origin origin) implements BarnacleEvent {
    @Override
    public String type() {
      return "paused";
    }

    @Override
    public JsonObject details() {
      return new JsonObject();
    }
  }

  /** A refresh was asked for while the loop was paused: it goes on. */
  record Resumed(Origin origin) implements BarnacleEvent {
    @Override
    public String type() {
      return "resumed";
    }

    @Override
    public JsonObject details() {
      return new JsonObject();
    }
  }

  /** The barnacle stopped for good. */
  record ShutDown(Origin origin) implements BarnacleEvent {
    @Override
    public String type() {
      return "shutDown";
    }

    @Override
    public JsonObject details() {
      return new JsonObject();
    }
  }

  /**
   * A node is connected.
   *
   * @param nodeId its Vert.x node id, null if a strategy's own function connected it
   */
  record NodeConnected(Origin origin, Node peer, String nodeId) implements BarnacleEvent {
    @Override
    public String type() {
      return "nodeConnected";
    }

    @Override
    public JsonObject details() {
      return peerJson(peer, nodeId);
    }
  }

  /**
   * A node is no longer connected.
   *
   * @param nodeId its Vert.x node id, null if a strategy's own function disconnected it
   * @param reason why, for people
   */
  record NodeLost(Origin origin, Node peer, String nodeId, String reason) implements BarnacleEvent {
    @Override
    public String type() {
      return "nodeLost";
    }

    @Override
    public JsonObject details() {
      return peerJson(peer, nodeId).put("reason", reason);
    }
  }

  /**
   * A discovered node could not be connected; told once for each cause, not at each try.
   *
   * @param source the strategy that discovered it
   * @param since when it was first in vain, or lost
   * @param tries how often since then
   * @param message the last cause, for people
   * @param nextTry when it is tried again at the latest, null if that is now, or never while the loop is paused
   */
  record NodeUnreachable(Origin origin, Node peer, String source, Instant since, int tries, String message,
      Instant nextTry) implements BarnacleEvent {
    @Override
    public String type() {
      return "nodeUnreachable";
    }

    @Override
    public JsonObject details() {
      JsonObject json = peerJson(peer, null).put("source", source).put("since", since.toString()).put("tries", tries)
          .put("message", message);
      return nextTry == null ? json : json.put("nextTry", nextTry.toString());
    }
  }

  /**
   * A node is a member, and does not answer on the event bus; told once, until {@link EventBusReachable}.
   *
   * @param peer which one; this node itself where nothing that others send arrives here
   * @param nodeId its Vert.x node id
   * @param host where its event bus says that it listens, null if it has not said so
   * @param port likewise, 0 if it has not said so
   * @param since when it was first asked in vain
   * @param message the last cause, for people
   * @param nextTry when it is asked again
   */
  record EventBusUnreachable(Origin origin, Node peer, String nodeId, String host, int port, Instant since,
      String message, Instant nextTry) implements BarnacleEvent {
    @Override
    public String type() {
      return "eventBusUnreachable";
    }

    @Override
    public JsonObject details() {
      JsonObject json = busJson(peer, nodeId, host, port, since).put("message", message);
      return nextTry == null ? json : json.put("nextTry", nextTry.toString());
    }
  }

  /**
   * A node that was not reachable on the event bus has answered there. Not told of one that has left instead.
   *
   * @param since since when it was not reachable
   */
  record EventBusReachable(Origin origin, Node peer, String nodeId, String host, int port, Instant since)
      implements BarnacleEvent {
    @Override
    public String type() {
      return "eventBusReachable";
    }

    @Override
    public JsonObject details() {
      return busJson(peer, nodeId, host, port, since);
    }
  }

  /** Members that discovery no longer lists should go, but are too many at once: an operator has to release them. */
  record RemovalsHeld(Origin origin, Set<Node> held) implements BarnacleEvent {
    /** Copies. */
    public RemovalsHeld {
      held = Set.copyOf(held);
    }

    @Override
    public String type() {
      return "removalsHeld";
    }

    @Override
    public JsonObject details() {
      return new JsonObject().put("held", names(held));
    }
  }

  /** Two parts of a cluster became one. */
  record Merged(Origin origin) implements BarnacleEvent {
    @Override
    public String type() {
      return "merged";
    }

    @Override
    public JsonObject details() {
      return new JsonObject();
    }
  }

  /**
   * The cluster engine below this node died, or a new one runs in its place.
   *
   * @param running whether there is a new one
   */
  record EngineChanged(Origin origin, boolean running, String reason) implements BarnacleEvent {
    @Override
    public String type() {
      return "engineChanged";
    }

    @Override
    public JsonObject details() {
      return new JsonObject().put("running", running).put("reason", reason);
    }
  }

  /**
   * A stranger was refused at the member port: without the cookie, with a wrong one, or too slow. Told at most once a minute
   * for each address.
   *
   * @param address its IP address, or {@code others} where there are too many to tell apart
   */
  record StrangerRefused(Origin origin, String address, String reason) implements BarnacleEvent {
    @Override
    public String type() {
      return "strangerRefused";
    }

    @Override
    public JsonObject details() {
      return new JsonObject().put("address", address).put("reason", reason);
    }
  }

  /**
   * A member heals at another pace than this node ({@code healing}), so that one may take the other for dead. Told once for
   * each pace, for the first member that has it.
   *
   * @param nodeId of the peer
   * @param healing the pace of this node, for people
   * @param peerHealing that of the peer
   */
  record HealingDiffers(Origin origin, Node peer, String nodeId, String healing, String peerHealing)
      implements BarnacleEvent {
    @Override
    public String type() {
      return "healingDiffers";
    }

    @Override
    public JsonObject details() {
      return peerJson(peer, nodeId).put("healing", healing).put("peerHealing", peerHealing);
    }
  }

  /**
   * A supervised barnacle failed to start, or was undeployed, and is started again.
   *
   * @param attempt which restart this is since the last that held
   * @param delay how long the supervisor waits before it
   */
  record Restarting(Origin origin, int attempt, Duration delay, String reason) implements BarnacleEvent {
    @Override
    public String type() {
      return "restarting";
    }

    @Override
    public JsonObject details() {
      return new JsonObject().put("attempt", attempt).put("delayMs", delay.toMillis()).put("reason", reason);
    }
  }

  private static JsonArray names(Set<Node> nodes) {
    JsonArray names = new JsonArray();
    new TreeSet<>(nodes).forEach(node -> names.add(node.toString()));
    return names;
  }

  private static JsonObject busJson(Node peer, String nodeId, String host, int port, Instant since) {
    JsonObject json = peerJson(peer, nodeId);
    if (host != null) {
      json.put("host", host).put("port", port);
    }
    return json.put("since", since.toString());
  }

  private static JsonObject peerJson(Node peer, String nodeId) {
    JsonObject json = new JsonObject().put("peer", peer.toString());
    return nodeId == null ? json : json.put("nodeId", nodeId);
  }
}
