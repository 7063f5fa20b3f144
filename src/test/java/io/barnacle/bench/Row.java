package io.barnacle.bench;

import java.util.List;

/** A line of the table; the texts are Markdown. */
record Row(String what, String ours, String peer, String ratio, String target, boolean met) {

  /** Part of a figure by which it may be worse and still "not worse": this much two runs of the same differ. */
  private static final double NOISE = 0.05;

  /** Less is better, and it has to be so many times less than the peer's. */
  static Row faster(String what, String unit, double ours, double peer, double times) {
    double ratio = peer / ours;
    return new Row(what, with(ours, unit), with(peer, unit), Stats.text(ratio) + " × less",
        "≥ " + Stats.text(times) + " × less", ratio >= times);
  }

  /** Less is better, and it must not be more than the peer's; samples in turns, of which the median ratio counts. */
  static Row notMore(String what, String unit, List<Number> ours, List<Number> peer) {
    double ratio = Stats.medianRatio(peer, ours);
    return new Row(what, with(Stats.median(ours), unit), with(Stats.median(peer), unit), Stats.text(ratio) + " × less",
        "not more (5 % noise)", ratio >= 1 - NOISE);
  }

  /** More is better, and it must not be less than the peer's; samples in turns, of which the median ratio counts. */
  static Row notLess(String what, String unit, List<Number> ours, List<Number> peer) {
    double ratio = Stats.medianRatio(ours, peer);
    return new Row(what, with(Stats.median(ours), unit), with(Stats.median(peer), unit),
        Stats.text(ratio) + " × as much", "not less (5 % noise)", ratio >= 1 - NOISE);
  }

  /** Less is better, up to a limit that does not depend on the peer. */
  static Row atMost(String what, String unit, double ours, double peer, double limit) {
    return new Row(what, with(ours, unit), with(peer, unit),
        ours == 0 ? "" : Stats.text(peer / ours) + " × less", limit == 0 ? "0" : "≤ " + with(limit, unit),
        ours <= limit);
  }

  /** Less is better; there is no target. */
  static Row told(String what, String unit, double ours, double peer) {
    return new Row(what, with(ours, unit), with(peer, unit), Stats.text(peer / ours) + " × less", "", true);
  }

  /** What could not be measured, with the reason. */
  static Row broken(String what, Throwable why) {
    return new Row(what, "broke off: " + String.valueOf(why.getMessage()).replaceAll("\\s+", " "), "", "", "", false);
  }

  String markdown() {
    return "| " + String.join(" | ", what, ours, peer, ratio, target,
        !met ? "**missed**" : target.isEmpty() ? "" : "met") + " |";
  }

  private static String with(double number, String unit) {
    return Stats.text(number) + (unit.isEmpty() ? "" : " " + unit);
  }
}
