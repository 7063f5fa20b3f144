package io.barnacle.reconcile;

import io.barnacle.cluster.MembershipChange;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.event.BarnacleEvent.Origin;
import io.barnacle.internal.Timers;
import io.barnacle.node.Node;
import io.barnacle.reconcile.LoopInput.Outcome;
import io.barnacle.reconcile.LoopState.Mode;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells what came of refreshes and what happened to the cluster, as events and in the log: what is new, once. Used on the
 * loop's event loop.
 */
final class LoopNews {

  /** Under the loop's name, by which the command line silences what it tells in its own words. */
  private static final System.Logger LOG = System.getLogger(RefreshLoop.class.getName());

  private final String name;
  private final String source;
  private final Supplier<Node> self;
  private final Timers timers;
  private final PeerTroubles troubles;
  private final Consumer<BarnacleEvent> events;
  /** Built when it is asked for: a result lists every node. */
  private Supplier<JsonObject> last;
  private int failuresInARow;
  private Set<Node> toldHeld = Set.of();
  private String toldFailure;

  /**
   * @param name of the barnacle, or null
   * @param source the type of the strategy
   * @param self this node, or null where it has no name
   */
  LoopNews(String name, String source, Supplier<Node> self, Timers timers, PeerTroubles troubles,
      Consumer<BarnacleEvent> events) {
    this.name = name;
    this.source = source;
    this.self = self;
    this.timers = timers;
    this.troubles = troubles;
    this.events = events;
  }

  /**
   * A refresh came to a result.
   *
   * @param tellConnected whether nobody else tells who was connected by it
   * @param tellDisconnected likewise
   */
  Outcome refreshed(RefreshResult result, boolean tellConnected, boolean tellDisconnected) {
    if (failuresInARow > 0) {
      LOG.log(System.Logger.Level.INFO, "{0}: discovery answers again after {1} failed refreshes", source, failuresInARow);
    }
    failuresInARow = 0;
    toldFailure = null;
    Instant at = timers.now();
    last = () -> result.toJson().put("at", at.toString());
    Map<Node, String> messages = new TreeMap<>();
    result.failed().forEach((node, cause) -> messages.put(node, RefreshResult.messageOf(cause)));
    troubles.refreshed(result.nodes(), messages);
    messages.forEach((node, message) ->
        LOG.log(troubles.isNews(node) ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG, message));
    held(result.held());
    if (tellConnected) {
      result.connected().forEach(node -> tell(new BarnacleEvent.NodeConnected(origin(), node, null)));
    }
    if (tellDisconnected) {
      result.disconnected().forEach(
          node -> tell(new BarnacleEvent.NodeLost(origin(), node, null, "no longer discovered")));
    }
    tell(new BarnacleEvent.Refreshed(origin(), result.nodes(), result.connected(), result.disconnected(), messages,
        result.duration()));
    return result.isWhole() && !result.nodes().isEmpty() ? Outcome.WHOLE : Outcome.PARTIAL;
  }

  /** A refresh came to no result. */
  Outcome failed(Throwable cause) {
    failuresInARow++;
    Throwable bottom = cause instanceof RefreshException && cause.getCause() != null ? cause.getCause() : cause;
    String type = bottom.getClass().getSimpleName();
    String message = RefreshResult.messageOf(cause);
    Instant at = timers.now();
    last = () -> new JsonObject().put("at", at.toString()).put("error", message);
    boolean news = !type.equals(toldFailure);
    LOG.log(news ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
        () -> source + ": refresh failed, nobody is removed for it, and it is tried again: " + message);
    if (news) {
      toldFailure = type;
      tell(new BarnacleEvent.RefreshFailed(origin(), type, message));
    }
    return Outcome.FAILED;
  }

  private void held(Set<Node> held) {
    if (!held.equals(toldHeld) && !held.isEmpty()) {
      LOG.log(System.Logger.Level.WARNING,
          "{0} removals at once are too many: they are held until someone releases them: {1}", held.size(), held);
      tell(new BarnacleEvent.RemovalsHeld(origin(), held));
    }
    toldHeld = held;
  }

  /** Tells of those that cannot be connected for a new reason. */
  void unreachable(Map<Node, PeerTrouble> news) {
    news.forEach((node, trouble) -> tell(new BarnacleEvent.NodeUnreachable(origin(), node, trouble.source(),
        trouble.firstSeen(), trouble.tries(), trouble.lastError(), trouble.nextTry())));
  }

  /** Tells of a change of membership. */
  void changed(MembershipChange change) {
    if (change instanceof MembershipChange.Joined joined) {
      tell(new BarnacleEvent.NodeConnected(origin(), joined.member().node(), joined.member().nodeId()));
    } else if (change instanceof MembershipChange.Left left) {
      tell(new BarnacleEvent.NodeLost(origin(), left.member().node(), left.member().nodeId(), left.reason()));
    } else if (change instanceof MembershipChange.Merged) {
      tell(new BarnacleEvent.Merged(origin()));
    } else if (change instanceof MembershipChange.Engine engine) {
      tell(new BarnacleEvent.EngineChanged(origin(), engine.running(), engine.reason()));
    } else if (change instanceof MembershipChange.Refused refused) {
      tell(new BarnacleEvent.StrangerRefused(origin(), refused.address(), refused.reason()));
    } else if (change instanceof MembershipChange.HealingDiffers differs) {
      tell(new BarnacleEvent.HealingDiffers(origin(), differs.member().node(), differs.member().nodeId(), differs.own(),
          differs.theirs()));
    }
  }

  /** Tells of a change of mode. */
  void mode(Mode mode) {
    switch (mode) {
      case RUNNING -> tell(new BarnacleEvent.Resumed(origin()));
      case PAUSED -> tell(new BarnacleEvent.Paused(origin()));
      case STOPPED -> tell(new BarnacleEvent.ShutDown(origin()));
    }
  }

  /** Adds {@code failuresInARow} and {@code last}, a result or a failure, to the status. */
  void describe(JsonObject status) {
    status.put("failuresInARow", failuresInARow);
    if (last != null) {
      status.put("last", last.get());
    }
  }

  private void tell(BarnacleEvent event) {
    try {
      events.accept(event);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "an event could not be told: " + event, e);
    }
  }

  private Origin origin() {
    return new Origin(timers.now(), self.get(), name);
  }
}
