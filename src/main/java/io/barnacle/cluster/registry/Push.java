package io.barnacle.cluster.registry;

import java.util.List;
import java.util.Objects;

/**
 * What a node says of its own card. There are two kinds: a difference, which leads a copy from version {@code from} to version
 * {@code to} (the same version and no changes: a digest), and a part of the whole card as it was at version {@code to}, which
 * replaces a copy once its last part is there.
 *
 * @param nodeId whose card it is
 * @param whole true for a part of the whole card
 * @param from the version on which a difference builds; the number of the part, from 0, of a whole card
 * @param to the version to which it leads
 * @param last false if more parts of a whole card follow
 * @param changes of a difference as they were made, one for each version; of a whole card what it consists of, in any order
 * @param digest the digest of the card at version {@code to}
 */
public record Push(String nodeId, boolean whole, long from, long to, boolean last, List<Change> changes, long digest) {

  /**
   * Copies the changes.
   *
   * @throws IllegalArgumentException if a difference does not have one change for each version
   */
  public Push {
    Objects.requireNonNull(nodeId, "nodeId");
    changes = List.copyOf(changes);
    if (from < 0 || to < 0 || !whole && to - from != changes.size()) {
      throw new IllegalArgumentException(
          "a difference from version " + from + " to " + to + " does not have " + changes.size() + " changes");
    }
  }
}
