package io.barnacle.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Damaged copies of good and bad examples, which get farther into a reader than noise does. */
public final class Fuzz {

  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final List<String> SCRAPS = List.of("\"", "{", "}", "[", "]", ":", ",", "null", "true", "0", "-1", "1e400",
      "99999999999999999999", "\"\"", "\\", "\\u0000", "\u0000", "\uFEFF", "\ud800", "/*", "//", "[[[[[[[[", "{\"a\":",
      "\"x\":{}", "[1,2]", "@", ":0", "%", "\n");

  /** A value, or a key with its colon. */
  private static final Pattern VALUE = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"(\\s*:)?|-?[0-9][0-9.eE+-]*|true|false|null");
  private static final List<String> VALUES = List.of("null", "true", "0", "-1", "1.5", "1e308", "99999999999999999999", "\"\"",
      "\" \"", "\"x\"", "\"file:\"", "[]", "[null]", "[1, \"a\"]", "{}", "{\"a\": null}", "{\"type\": null}");

  private Fuzz() {
  }

  /** The files of a directory of the corpus. */
  public static List<String> files(String directory) {
    try (Stream<Path> files = Files.list(CORPUS.resolve(directory))) {
      return files.sorted().map(Fuzz::text).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of a file of the corpus. */
  public static List<String> lines(String file) {
    return text(CORPUS.resolve(file)).lines().toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Examples with up to five damages each: a part cut out, doubled, or replaced by a scrap or another example, or a value of
   * JSON replaced by another one, which leaves the text JSON.
   */
  public static Arbitrary<String> damaged(List<String> corpus) {
    Arbitrary<Damage> damage = Combinators.combine(Arbitraries.doubles().between(0, 1), Arbitraries.integers().between(0, 30),
            Arbitraries.oneOf(Arbitraries.of(SCRAPS), Arbitraries.of(corpus), Arbitraries.strings().ofMaxLength(5)),
            Arbitraries.oneOf(Arbitraries.just(Kind.VALUE), Arbitraries.of(Kind.class)))
        .as(Damage::new);
    return Combinators.combine(Arbitraries.of(corpus), damage.list().ofMaxSize(5)).as((text, damages) -> {
      String damagedText = text;
      for (Damage each : damages) {
        damagedText = each.apply(damagedText);
      }
      return damagedText;
    });
  }

  private enum Kind { VALUE, CUT, DOUBLE, PUT, REPLACE, END }

  private record Damage(double where, int length, String scrap, Kind kind) {
    String apply(String text) {
      int from = (int) (where * text.length());
      int to = Math.min(text.length(), from + length);
      return switch (kind) {
        case VALUE -> anotherValue(text);
        case CUT -> text.substring(0, from) + text.substring(to);
        case DOUBLE -> text.substring(0, to) + text.substring(from);
        case PUT -> text.substring(0, from) + scrap + text.substring(from);
        case REPLACE -> text.substring(0, from) + scrap + text.substring(to);
        case END -> text.substring(0, from);
      };
    }

    private String anotherValue(String text) {
      List<MatchResult> values = VALUE.matcher(text).results()
          .filter(each -> each.group(1) == null).toList();
      if (values.isEmpty()) {
        return text;
      }
      MatchResult value = values.get((int) (where * (values.size() - 1)));
      return text.substring(0, value.start()) + VALUES.get(length % VALUES.size()) + text.substring(value.end());
    }
  }
}
