package io.barnacle.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /** Examples with up to five damages each: a part cut out, doubled, or replaced by a scrap or by part of another. */
  public static Arbitrary<String> damaged(List<String> corpus) {
    Arbitrary<Damage> damage = Combinators.combine(Arbitraries.doubles().between(0, 1), Arbitraries.integers().between(0, 30),
            Arbitraries.oneOf(Arbitraries.of(SCRAPS), Arbitraries.of(corpus), Arbitraries.strings().ofMaxLength(5)),
            Arbitraries.of(Kind.class))
        .as(Damage::new);
    return Combinators.combine(Arbitraries.of(corpus), damage.list().ofMaxSize(5)).as((text, damages) -> {
      String damagedText = text;
      for (Damage each : damages) {
        damagedText = each.apply(damagedText);
      }
      return damagedText;
    });
  }

  private enum Kind { CUT, DOUBLE, PUT, REPLACE, END }

  private record Damage(double where, int length, String scrap, Kind kind) {
    String apply(String text) {
      int from = (int) (where * text.length());
      int to = Math.min(text.length(), from + length);
      return switch (kind) {
        case CUT -> text.substring(0, from) + text.substring(to);
        case DOUBLE -> text.substring(0, to) + text.substring(from);
        case PUT -> text.substring(0, from) + scrap + text.substring(from);
        case REPLACE -> text.substring(0, from) + scrap + text.substring(to);
        case END -> text.substring(0, from);
      };
    }
  }
}
