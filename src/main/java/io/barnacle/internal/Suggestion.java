package io.barnacle.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The known word that someone probably meant. */
public final class Suggestion {

  private static final int LONGEST = 64;

  private Suggestion() {
  }

  /**
   * The nearest word: the one with the fewest edits, if they are at most a third of the typed word's length (at least
   * 2; 1 for a word of up to three letters); else the only word that begins or ends with the typed one or the reverse,
   * from four letters on. Case, hyphens and underscores do not count. Nothing for a typed word longer than 64
   * characters.
   */
  public static Optional<String> among(Collection<String> words, String typed) {
    String wanted = plain(typed);
    if (wanted.isEmpty() || typed.length() > LONGEST) {
      return Optional.empty();
    }
    String best = null;
    int bestDistance = (wanted.length() <= 3 ? 1 : Math.max(2, wanted.length() / 3)) + 1;
    List<String> kin = new ArrayList<>();
    for (String word : words) {
      String known = plain(word);
      int distance = distance(known, wanted);
      if (distance < bestDistance) {
        best = word;
        bestDistance = distance;
      }
      if (isKin(known, wanted)) {
        kin.add(word);
      }
    }
    if (best == null && kin.size() == 1) {
      best = kin.get(0);
    }
    return Optional.ofNullable(best);
  }

  private static boolean isKin(String a, String b) {
    String shorter = a.length() < b.length() ? a : b;
    String longer = shorter == a ? b : a;
    return shorter.length() >= 4 && (longer.startsWith(shorter) || longer.endsWith(shorter));
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
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
