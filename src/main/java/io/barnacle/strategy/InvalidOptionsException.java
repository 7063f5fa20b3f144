package io.barnacle.strategy;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; lists every fault, each beginning with the path of the value at fault. */
public final class InvalidOptionsException extends IllegalArgumentException {

  private static final int SHOWN = 50;

  private final transient List<String> faults;

  /**
   * @param faults at least one, each {@code path: what is wrong}
   */
  public InvalidOptionsException(List<String> faults) {
    super(shown(faults, ""));
    this.faults = List.copyOf(faults);
  }

  /**
   * @param heading says which configuration is meant, the first line of the message
   * @param faults at least one, each {@code path: what is wrong}
   * @param cause what lies under it, or null
   */
  public InvalidOptionsException(String heading, List<String> faults, Throwable cause) {
    super(heading + ":\n" + shown(faults, "  "), cause);
    this.faults = List.copyOf(faults);
  }

  /** Every fault, {@code path: what is wrong}; the message shows the first 50. */
  public List<String> faults() {
    return faults;
  }

  private static String shown(List<String> faults, String indent) {
    String lines = faults.stream().limit(SHOWN).map(indent::concat).collect(Collectors.joining("\n"));
    int hidden = faults.size() - SHOWN;
    return hidden <= 0 ? lines : lines + "\n" + indent + "and " + hidden + " more";
  }
}
