package io.barnacle.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a member tells the others about itself, as attributes of the Hazelcast member: its Vert.x node id under the key that
 * vertx-hazelcast uses, its node, all its endpoints, and where discovery may list it in vain.
 */
final class MemberAttributes {

  static final String NODE_ID = "__vertx.nodeId";
  static final String NODE = "barnacle.node";
  static final String ENDPOINTS = "barnacle.endpoints";
  static final String SPARE = "barnacle.spare";

  /** The basename of a member that is no Barnacle node and so has none. */
  private static final String NAMELESS = "hazelcast";

  private MemberAttributes() {
  }

  /** @param spare see {@link MemberAddress#spareEndpoints} */
  static Map<String, String> of(String nodeId, Node node, Set<Endpoint> endpoints, Set<Endpoint> spare) {
    return Map.of(NODE_ID, nodeId, NODE, node.toString(), ENDPOINTS, join(endpoints), SPARE, join(spare));
  }

  private static String join(Set<Endpoint> endpoints) {
    return new TreeSet<>(endpoints).stream().map(Endpoint::toString).collect(Collectors.joining(","));
  }

  static boolean isVertxNode(com.hazelcast.cluster.Member member) {
    return member.getAttribute(NODE_ID) != null;
  }

  /** A Hazelcast member as ours; one that is no Vert.x node goes by its Hazelcast id. */
  static Member read(com.hazelcast.cluster.Member member) {
    Endpoint address = endpointOf(member.getAddress());
    String nodeId = member.getAttribute(NODE_ID);
    Node node = parseNode(member.getAttribute(NODE), address);
    Set<Endpoint> endpoints = new HashSet<>(parseEndpoints(member.getAttribute(ENDPOINTS)));
    endpoints.add(address);
    return new Member(nodeId == null ? member.getUuid().toString() : nodeId, node, endpoints);
  }

  /** The endpoints that mean the member if nobody is there; none for one that is no Barnacle node. */
  static Set<Endpoint> spareOf(com.hazelcast.cluster.Member member) {
    return parseEndpoints(member.getAttribute(SPARE));
  }

  /** The endpoint of a Hazelcast address; its host is a literal wherever Hazelcast knows one. */
  static Endpoint endpointOf(Address address) {
    try {
      InetAddress ip = address.getInetAddress();
      return ip == null ? new Endpoint(address.getHost(), address.getPort()) : plain(ip, address.getPort());
    } catch (UnknownHostException e) {
      return new Endpoint(address.getHost(), address.getPort());
    }
  }

  /** A Hazelcast address in the spelling that Hazelcast itself uses, so that both find it in the same maps. */
  static Address addressOf(Endpoint literal) {
    try {
      return new Address(InetAddress.getByName(literal.host()), literal.port());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal + " is not an IP address", e);
    }
  }

  private static Endpoint plain(InetAddress ip, int port) throws UnknownHostException {
    return Endpoint.of(ip.isLinkLocalAddress() ? ip : InetAddress.getByAddress(ip.getAddress()), port);
  }

  private static Node parseNode(String text, Endpoint fallback) {
    try {
      return text == null ? new Node(NAMELESS, fallback) : Node.parse(text);
    } catch (IllegalArgumentException e) {
      return new Node(NAMELESS, fallback);
    }
  }

  private static Set<Endpoint> parseEndpoints(String text) {
    Set<Endpoint> endpoints = new HashSet<>();
    for (String each : text == null || text.isEmpty() ? new String[0] : text.split(",")) {
      try {
        endpoints.add(Node.parse("x@" + each).endpoint());
      } catch (IllegalArgumentException e) {
        // Another version may write what this one cannot read; the member's own address is enough to know it by.
        continue;
      }
    }
    return endpoints;
  }
}
