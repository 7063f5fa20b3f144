package io.barnacle.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Numbers of samples, and how they are written. */
final class Stats {

  private Stats() {
  }

  static double median(List<? extends Number> samples) {
    return percentile(samples, 0.5);
  }

  /** The median of the ratios of samples that were taken in turns. */
  static double medianRatio(List<? extends Number> some, List<? extends Number> others) {
    return median(IntStream.range(0, some.size())
        .mapToObj(turn -> some.get(turn).doubleValue() / others.get(turn).doubleValue()).toList());
  }

  static double max(List<? extends Number> samples) {
    return percentile(samples, 1);
  }

  static double percentile(List<? extends Number> samples, double part) {
    double[] sorted = samples.stream().mapToDouble(Number::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted[Math.min(sorted.length - 1, (int) Math.floor(part * sorted.length))];
  }

  /** About three significant digits, thousands with commas; whole numbers as they are. */
  static String text(double number) {
    if (Double.isNaN(number)) {
      return "?";
    }
    double size = Math.abs(number);
    boolean whole = size >= 100 || number == Math.rint(number);
    return String.format(Locale.ROOT, whole ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", number);
  }
}
