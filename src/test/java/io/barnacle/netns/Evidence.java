package io.barnacle.netns;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * The answers to one question that is asked again and again. The answer is right from the first right one that was asked
 * for after the last wrong one was; answers may come out of order. Times are {@link System#nanoTime()}.
 */
final class Evidence {

  private final Deque<long[]> right = new ArrayDeque<>();
  private Long lastAsked;
  private Long lastWrongAsked;
  private String lastWrong = "no answer yet";

  /**
   * Adds an answer.
   *
   * @param asked when the question was asked
   * @param answered when the answer came
   * @param fault what is wrong with it; null if it is right
   */
  void add(long asked, long answered, String fault) {
    lastAsked = lastAsked == null ? asked : Math.max(lastAsked, asked);
    if (fault == null) {
      if (lastWrongAsked == null || asked > lastWrongAsked) {
        right.add(new long[] {asked, answered});
      }
    } else if (lastWrongAsked == null || asked >= lastWrongAsked) {
      lastWrongAsked = asked;
      lastWrong = fault;
      right.removeIf(answer -> answer[0] <= asked);
    }
  }

  /** Since when all answers are right; empty if the last one is not. */
  OptionalLong rightSince() {
    return right.stream().mapToLong(answer -> answer[1]).min();
  }

  /** When the question with the latest answer was asked; empty before the first. */
  OptionalLong lastAsked() {
    return lastAsked == null ? OptionalLong.empty() : OptionalLong.of(lastAsked);
  }

  /** What was wrong last. */
  String lastWrong() {
    return lastWrong;
  }
}
