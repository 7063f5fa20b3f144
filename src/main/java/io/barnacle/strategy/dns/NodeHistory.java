package io.barnacle.strategy.dns;

import io.barnacle.node.Endpoint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The last successful answers to each question of a hostname. */
final class NodeHistory {

  private final int size;
  private final Map<String, Deque<Set<Endpoint>>> answers = new HashMap<>();

  /**
   * @param size how many answers count
   */
  NodeHistory(int size) {
    this.size = size;
  }

  /**
   * Adds what was answered. A question that is not in there any more (an SRV target that is gone) was answered with
   * nothing; one that failed was not answered.
   */
  void add(LookupResult result) {
    result.parts().keySet().forEach(part -> answers.computeIfAbsent(part, p -> new ArrayDeque<>()));
    answers.forEach((part, last) -> {
      if (!result.failedParts().contains(part)) {
        last.addFirst(result.parts().getOrDefault(part, Set.of()));
        if (last.size() > size) {
          last.removeLast();
        }
      }
    });
    answers.values().removeIf(last -> last.stream().allMatch(Set::isEmpty));
  }

  /** All endpoints that one of the last answers had. */
  Set<Endpoint> endpoints() {
    Set<Endpoint> all = new HashSet<>();
    answers.values().forEach(last -> last.forEach(all::addAll));
    return all;
  }
}
