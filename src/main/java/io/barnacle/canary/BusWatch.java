package io.barnacle.canary;

import io.barnacle.cluster.Connector;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.event.BarnacleEvent;
import io.barnacle.event.BarnacleEvent.Origin;
import io.barnacle.internal.Timers;
import io.barnacle.node.Member;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Which members the event bus does not reach. {@value #GATHER_MS} ms after a change of membership it asks every other
 * member, or {@value #SAMPLE} of them at random; who does not answer is asked again after pauses that double, from
 * {@value Trouble#FIRST_PAUSE_MS} ms to {@value Trouble#LONGEST_PAUSE_MS} ms, and is told of after {@value #FAILURES}
 * failures in a row. Who has no canary is asked {@value Trouble#IDLE} times more, as a node registers its own a while
 * after it has joined.
 *
 * <p>An answer comes by a connection of its own, from the other node to where this one says that it listens. So silence
 * after a message was sent is this node's own fault as long as nothing has ever come in here, and is told as such.
 *
 * <p>Lives on one event loop; nothing here blocks.
 */
final class BusWatch {

  static final long GATHER_MS = 500;
  static final Duration TIMEOUT = Duration.ofSeconds(2);
  static final int SAMPLE = 8;
  static final int FAILURES = 3;
  /** How many are asked again at a time, so that a large cluster whose bus is down costs no more than a small one. */
  static final int MOST = 64;
  static final long NO_TIMER = -1;

  private static final System.Logger LOG = System.getLogger(BusWatch.class.getName());

  private final Bus bus;
  private final Connector connector;
  private final String name;
  private final Timers timers;
  private final Random random;
  private final Consumer<BarnacleEvent> events;
  private final Map<String, Trouble> troubles = new HashMap<>();
  private final Set<String> asked = new HashSet<>();
  /** This node, if others do not reach it; else null. */
  private Trouble own;
  private long gathering = NO_TIMER;
  private boolean closed;

  /**
   * @param name of the barnacle, or null
   * @param random chooses the sample and the jitter
   * @param events is told on the calling event loop
   */
  BusWatch(Bus bus, Connector connector, String name, Timers timers, Random random, Consumer<BarnacleEvent> events) {
    this.bus = bus;
    this.connector = connector;
    this.name = name;
    this.timers = timers;
    this.random = random;
    this.events = events;
  }

  void changed(MembershipChange change) {
    if (change instanceof MembershipChange.Left left) {
      forget(left.member().nodeId());
    }
    if (change.changesView()) {
      roundSoon();
    }
  }

  /** Asks again in a moment. */
  void roundSoon() {
    if (!closed && gathering == NO_TIMER) {
      gathering = timers.schedule(Duration.ofMillis(GATHER_MS), this::round);
    }
  }

  /** A message of another canary came in. */
  void heard(String nodeId) {
    if (closed) {
      return;
    }
    reached();
    Trouble trouble = troubles.get(nodeId);
    if (trouble != null && trouble.isIdle() && trouble.timer != NO_TIMER) {
      timers.cancel(trouble.timer);
      ask(trouble.peer);
    }
  }

  void close() {
    closed = true;
    if (gathering != NO_TIMER) {
      timers.cancel(gathering);
    }
    troubles.values().forEach(this::cancel);
    troubles.clear();
  }

  /** Those that were told of: {@code {node, nodeId, host, port, since, tries, lastError, nextTry}}, by node. */
  JsonArray unreachable() {
    JsonArray all = new JsonArray();
    Stream.concat(Stream.ofNullable(own), troubles.values().stream())
        .filter(trouble -> trouble.told)
        .sorted(Comparator.comparing(trouble -> trouble.peer.node()))
        .forEach(trouble -> all.add(trouble.toJson()));
    return all;
  }

  private void round() {
    gathering = NO_TIMER;
    List<Member> peers = new ArrayList<>();
    for (Member member : connector.members()) {
      if (!member.nodeId().equals(connector.self().nodeId()) && !troubles.containsKey(member.nodeId())) {
        peers.add(member);
      }
    }
    peers.sort(Comparator.comparing(Member::nodeId));
    Collections.shuffle(peers, random);
    peers.stream().limit(SAMPLE).forEach(this::ask);
  }

  private void ask(Member peer) {
    if (!closed && asked.add(peer.nodeId())) {
      Trouble trouble = troubles.get(peer.nodeId());
      if (trouble != null) {
        trouble.timer = NO_TIMER;
        trouble.nextTry = null;
      }
      boolean heardBefore = bus.hasHeard();
      bus.ask(peer, TIMEOUT).onSuccess(finding -> {
        asked.remove(peer.nodeId());
        if (!closed && connector.members().stream().anyMatch(member -> member.nodeId().equals(peer.nodeId()))) {
          found(peer, finding, heardBefore);
        } else {
          forget(peer.nodeId());
        }
      });
    }
  }

  private void found(Member peer, Finding finding, boolean heardBefore) {
    if (finding.kind() == Finding.Kind.ANSWERED) {
      reached();
      Trouble over = troubles.remove(peer.nodeId());
      if (over != null && over.told) {
        tellReachable(over);
      }
      return;
    }
    Trouble trouble = troubles.get(peer.nodeId());
    if (trouble == null) {
      if (troubles.size() >= MOST) {
        return;
      }
      trouble = new Trouble(peer);
      troubles.put(peer.nodeId(), trouble);
    }
    if (!trouble.count(finding, heardBefore, timers.now())) {
      forget(peer.nodeId());
      return;
    }
    askAgain(trouble);
    if (trouble.failures >= FAILURES && !trouble.told) {
      tellUnreachable(trouble);
    } else if (trouble.unheard >= FAILURES && !bus.hasHeard()) {
      suspectSelf(trouble);
    }
  }

  private void askAgain(Trouble trouble) {
    long pause = trouble.takePauseMs();
    Duration delay = Duration.ofMillis(pause - random.nextLong(pause / 4));
    trouble.nextTry = timers.now().plus(delay);
    trouble.timer = timers.schedule(delay, () -> ask(trouble.peer));
  }

  /** Others get no message through to this node, as far as it can know. */
  private void suspectSelf(Trouble silent) {
    if (own == null) {
      NodeInfo info = bus.own().orElse(null);
      own = new Trouble(connector.self());
      own.since = silent.since;
      own.last = new Finding(Finding.Kind.SILENT, info == null ? null : info.host(), info == null ? 0 : info.port(),
          "nothing that others send on the event bus arrives here, such as the answer of " + silent.peer.node()
              + ", to which there is a connection: this node may advertise a wrong host or port");
    }
    own.failures = silent.unheard;
    own.nextTry = silent.nextTry;
    if (!own.told) {
      tellUnreachable(own);
    }
  }

  private void reached() {
    Trouble over = own;
    own = null;
    if (over != null) {
      tellReachable(over);
    }
  }

  private void tellUnreachable(Trouble trouble) {
    trouble.told = true;
    Finding last = trouble.last;
    LOG.log(System.Logger.Level.WARNING, () -> trouble.peer.node() + " is a member, but not reachable on the event bus,"
        + " for which it advertises " + last.host() + ":" + last.port() + ": " + last.detail() + ". Its EventBusOptions"
        + " clusterPublicHost and clusterPublicPort (or host and port) must be what others reach it by; then look at"
        + " firewalls");
    tell(new BarnacleEvent.EventBusUnreachable(origin(), trouble.peer.node(), trouble.peer.nodeId(), last.host(),
        last.port(), trouble.since, last.detail(), trouble.nextTry));
  }

  private void tellReachable(Trouble over) {
    LOG.log(System.Logger.Level.INFO, "{0} is reachable on the event bus", over.peer.node());
    tell(new BarnacleEvent.EventBusReachable(
        origin(), over.peer.node(), over.peer.nodeId(), over.last.host(), over.last.port(), over.since));
  }

  private void tell(BarnacleEvent event) {
    try {
      events.accept(event);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "an event could not be told: " + event, e);
    }
  }

  private Origin origin() {
    Instant now = timers.now();
    return new Origin(now, connector.self().node(), name);
  }

  private void forget(String nodeId) {
    Trouble gone = troubles.remove(nodeId);
    if (gone != null) {
      cancel(gone);
    }
  }

  private void cancel(Trouble trouble) {
    if (trouble.timer != NO_TIMER) {
      timers.cancel(trouble.timer);
    }
  }
}
