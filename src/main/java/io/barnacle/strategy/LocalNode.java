package io.barnacle.strategy;

import io.barnacle.node.Node;
import java.util.Objects;

/**
 * What a strategy may tell the outside about this node.
 *
 * @param node name, advertised host and member port of this node
 * @param clusterName only nodes of the same cluster name are peers
 */
public record LocalNode(Node node, String clusterName) {

  /** Both parts are needed. */
  public LocalNode {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(clusterName, "clusterName");
  }
}
