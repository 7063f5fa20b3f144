package io.barnacle.internal;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The known word that someone probably meant. */
public final class Suggestion {

  private Suggestion() {
  }

  /** The nearest word, if it is within a third of the typed word's length (at least 2) in edits. */
  public static Optional<String> among(Collection<String> words, String typed) {
    String best = null;
    int bestDistance = Math.max(2, typed.length() / 3) + 1;
    for (String word : words) {
      int distance = distance(word.toLowerCase(Locale.ROOT), typed.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = word;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitute, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
