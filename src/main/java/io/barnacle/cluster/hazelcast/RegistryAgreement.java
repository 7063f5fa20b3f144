package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.RegistryMode;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All Vert.x nodes of a cluster keep their registrations in the same way, or would not see each other's consumers: each says
 * how in an attribute of its member. Who says nothing is a plain vertx-hazelcast node, which is partitioned.
 */
final class RegistryAgreement {

  static final String ATTRIBUTE = "barnacle.registry";

  private RegistryAgreement() {
  }

  /** What a node says of itself; a number after the mode tells versions of the exchange apart that do not understand each other. */
  static String valueOf(RegistryMode mode) {
    return mode == RegistryMode.REPLICATED ? "replicated/1" : "partitioned";
  }

  /**
   * Checks the members of an engine.
   *
   * @throws ClusterException.EngineFailed if one keeps its registrations in another way
   */
  static void check(Engine engine, RegistryMode mode) {
    Set<Member> others = engine.instance().getCluster().getMembers().stream()
        .filter(member -> !member.localMember() && MemberAttributes.isVertxNode(member) && !agrees(member, mode))
        .collect(Collectors.toSet());
    if (!others.isEmpty()) {
      throw new ClusterException.EngineFailed("cluster.registry is \"" + mode.name().toLowerCase(Locale.ROOT) + "\" here, but"
          + " these members of the cluster keep their registrations in another way: "
          + others.stream().map(RegistryAgreement::describe).sorted().collect(Collectors.toList())
          + ". Their consumers and this node's would not see each other. Use the same everywhere; beside plain"
          + " vertx-hazelcast nodes that is \"partitioned\"", null);
    }
  }

  private static boolean agrees(Member member, RegistryMode mode) {
    String said = member.getAttribute(ATTRIBUTE);
    return (said == null ? valueOf(RegistryMode.PARTITIONED) : said).equals(valueOf(mode));
  }

  private static String describe(Member member) {
    String said = member.getAttribute(ATTRIBUTE);
    return MemberAttributes.endpointOf(member.getAddress()) + " (" + (said == null ? "plain vertx-hazelcast" : said) + ")";
  }
}
