package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperties;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.MembershipChange;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells of members that heal at another pace than this node: whoever expects heartbeats more often than they come takes a
 * healthy member for dead. Each says its pace in an attribute of its member; who says nothing is no Barnacle node, or an
 * older one, and is passed over.
 *
 * <p>They are told of and not refused, unlike those with another registry: the pace of a running cluster can be changed by
 * restarting one node after the other, by way of a pace in between where two do not go together, and for as long as that
 * takes they have to be members of one cluster. Each pace is told of once, and again when nobody has had it in between.
 *
 * <p>Lives on the connector's context.
 */
final class HealingAgreement {

  static final String ATTRIBUTE = "barnacle.healing";

  private static final System.Logger LOG = System.getLogger(HealingAgreement.class.getName());

  /**
   * How soon a node heals.
   *
   * @param healing the name of its preset
   * @param heartbeatS time between two heartbeats, in seconds
   * @param silenceS for how long a member may say nothing, in seconds
   */
  record Pace(String healing, long heartbeatS, long silenceS) {

    /** That of a configuration, whoever set it. */
    static Pace of(Config config, Healing healing) {
      HazelcastProperties properties = new HazelcastProperties(config);
      return new Pace(healing.name().toLowerCase(Locale.ROOT),
          properties.getSeconds(ClusterProperty.HEARTBEAT_INTERVAL_SECONDS),
          properties.getSeconds(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS));
    }

    /** Reads what {@link #toString} wrote; null for anything else. */
    static Pace parse(String text) {
      String[] parts = text == null ? new String[0] : text.split("/");
      if (parts.length != 3 || !parts[0].matches("[a-z]{1,20}")
          || !parts[1].matches("\\d{1,9}") || !parts[2].matches("\\d{1,9}")) {
        return null;
      }
      return new Pace(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    /** Whether a member with the other pace is taken for dead between two of its heartbeats. */
    boolean isTooFastFor(Pace other) {
      return silenceS <= other.heartbeatS;
    }

    /** For people. */
    String describe() {
      return "\"" + healing + "\" (a heartbeat each " + heartbeatS + " s, dead after " + silenceS + " s of silence)";
    }

    @Override
    public String toString() {
      return healing + "/" + heartbeatS + "/" + silenceS;
    }
  }

  private final Consumer<MembershipChange> listener;
  /** The other paces that were told of, by the node id of each member that has one. */
  private final Map<String, Pace> others = new HashMap<>();
  private Engine engine;
  private Pace own;

  /** @param listener is told of each; is called while a change of membership is being told, which it must not interrupt */
  HealingAgreement(Consumer<MembershipChange> listener) {
    this.listener = listener;
  }

  /** Looks at the members of an engine from now on. */
  void follow(Engine newEngine) {
    engine = newEngine;
    own = Pace.parse(newEngine.instance().getConfig().getMemberAttributeConfig().getAttribute(ATTRIBUTE));
  }

  /** A change of membership. */
  void changed(MembershipChange change) {
    if (change instanceof MembershipChange.Left left) {
      others.remove(left.member().nodeId());
    } else if (change instanceof MembershipChange.Joined joined && engine != null && own != null) {
      Pace theirs = paceOf(joined.member().nodeId());
      if (theirs != null && !theirs.equals(own)) {
        boolean isNews = !others.containsValue(theirs);
        others.put(joined.member().nodeId(), theirs);
        if (isNews) {
          tell(joined.member(), theirs);
        }
      }
    }
  }

  private Pace paceOf(String nodeId) {
    try {
      return engine.instance().getCluster().getMembers().stream()
          .filter(member -> nodeId.equals(member.getAttribute(MemberAttributes.NODE_ID)))
          .map(member -> member.getAttribute(ATTRIBUTE))
          .map(Pace::parse).filter(pace -> pace != null)
          .findFirst().orElse(null);
    } catch (HazelcastInstanceNotActiveException e) {
      return null; // the engine has just ended; the next one is looked at anew
    }
  }

  private void tell(io.barnacle.node.Member member, Pace theirs) {
    String effect = own.isTooFastFor(theirs) || theirs.isTooFastFor(own)
        ? "one takes the other for dead between two of its heartbeats" : "what one forgives, the other does not";
    String message = member.node() + " has healing " + theirs.describe() + ", this node " + own.describe() + ": " + effect
        + ". Use the same on all nodes; to change it while they run restart them one by one, and from \"fast\" to"
        + " \"hazelcast\" or back by way of \"balanced\"";
    LOG.log(System.Logger.Level.WARNING, message);
    listener.accept(new MembershipChange.HealingDiffers(member, own.describe(), theirs.describe(), message));
  }
}
