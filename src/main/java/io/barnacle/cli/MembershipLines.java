package io.barnacle.cli;

import io.barnacle.control.BarnacleStatus;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.node.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One line for every change of who is in the cluster, and for what goes wrong with it: the first of a row of failed
 * refreshes, and a node that cannot be connected for {@value #PATIENCE_SECONDS} s (one that just starts is discovered before
 * it can be). Thread-safe; events that come before {@link #up} wait for it.
 */
final class MembershipLines {

  private static final int PATIENCE_SECONDS = 10;

  private final Consumer<String> out;
  private final Map<String, Node> others = new TreeMap<>();
  private final List<BarnacleEvent> early = new ArrayList<>();
  private final Map<Node, Instant> firstInVain = new TreeMap<>();
  private final Set<Node> toldUnreachable = new TreeSet<>();
  private boolean failing;
  private boolean up;
  private boolean leaving;

  MembershipLines(Consumer<String> out) {
    this.out = out;
  }

  /** The node is a member, with those that it found. */
  synchronized void up(BarnacleStatus status) {
    String nodeId = status.json().getString("nodeId");
    for (Object each : status.json().getJsonArray("members", new JsonArray())) {
      JsonObject member = (JsonObject) each;
      if (!member.getString("nodeId").equals(nodeId)) {
        others.put(member.getString("nodeId"), Node.parse(member.getString("node")));
      }
    }
    String with = others.isEmpty() ? "alone" : count() + ", with "
        + others.values().stream().sorted().map(Node::toString).collect(Collectors.joining(", "));
    line(status.self() + " is up after " + seconds(Started.ago()) + ": cluster \"" + status.json().getString("cluster")
        + "\" (" + status.json().getJsonObject("strategy", new JsonObject()).getString("type") + "), " + with);
    up = true;
    early.forEach(this::onEvent);
    early.clear();
  }

  synchronized void onEvent(BarnacleEvent event) {
    if (!up) {
      early.add(event);
    } else if (!leaving) {
      print(event);
    }
  }

  /** The node leaves: what others do now is no news. */
  synchronized void leaving() {
    leaving = true;
    line("leaving");
  }

  /** The node left. */
  synchronized void left(boolean cleanly) {
    line(cleanly ? "left" : "could not leave in time: the others have to find out");
  }

  private void print(BarnacleEvent event) {
    if (event instanceof BarnacleEvent.NodeConnected connected) {
      if (others.put(key(connected.nodeId(), connected.peer()), connected.peer()) == null) {
        line("+ " + connected.peer() + "  " + count());
      }
    } else if (event instanceof BarnacleEvent.NodeLost lost) {
      if (others.remove(key(lost.nodeId(), lost.peer())) != null) {
        line("- " + lost.peer() + "  " + count() + " (" + lost.reason() + ")");
      }
    } else if (event instanceof BarnacleEvent.Refreshed refreshed) {
      refreshed(refreshed);
    } else if (event instanceof BarnacleEvent.RefreshFailed failed) {
      if (!failing) {
        line("! " + failed.message() + "; nobody is removed for it, and it is tried again");
      }
      failing = true;
    } else if (event instanceof BarnacleEvent.EventBusUnreachable bus) {
      line("! " + bus.peer() + " is a member, but not reachable on the event bus at " + bus.host() + ":" + bus.port() + " ("
          + bus.message() + ")");
    } else if (event instanceof BarnacleEvent.EventBusReachable bus) {
      line(bus.peer() + " is reachable on the event bus");
    } else if (event instanceof BarnacleEvent.RemovalsHeld removals) {
      line("! " + removals.held() + " should go, but are too many at once: barnacle.release on the event bus lets them");
    } else if (event instanceof BarnacleEvent.Merged) {
      line("merged with another part of the cluster, " + count());
    } else if (event instanceof BarnacleEvent.EngineChanged engine) {
      line("the cluster engine " + (engine.running() ? "runs again" : "died") + ": " + engine.reason());
    } else if (event instanceof BarnacleEvent.Paused) {
      line("paused: looks for nobody until someone asks for a refresh");
    } else if (event instanceof BarnacleEvent.Resumed) {
      line("resumed");
    } else if (event instanceof BarnacleEvent.ShutDown) {
      line("shut down: stays in the cluster, looks for nobody any more");
    }
  }

  private void refreshed(BarnacleEvent.Refreshed refreshed) {
    if (failing) {
      line("discovery answers again");
    }
    failing = false;
    firstInVain.keySet().retainAll(refreshed.failed().keySet());
    toldUnreachable.retainAll(refreshed.failed().keySet());
    Instant now = refreshed.origin().at();
    refreshed.failed().forEach((node, cause) -> {
      Instant first = firstInVain.computeIfAbsent(node, n -> now);
      if (!first.plusSeconds(PATIENCE_SECONDS).isAfter(now) && toldUnreachable.add(node)) {
        line("! " + cause);
      }
    });
  }

  private static String key(String nodeId, Node node) {
    return nodeId == null ? node.toString() : nodeId;
  }

  private String count() {
    return others.isEmpty() ? "1 node" : others.size() + 1 + " nodes";
  }

  private void line(String text) {
    out.accept(Logging.time(LocalTime.now()) + " " + text);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
