package io.barnacle.strategy;

import java.util.List;

/** A configuration that cannot be used; lists every fault, each beginning with the path of the value at fault. */
public final class InvalidOptionsException extends IllegalArgumentException {

  private final transient List<String> faults;

  /**
   * @param faults at least one, each {@code path: what is wrong}
   */
  public InvalidOptionsException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  /** Every fault, {@code path: what is wrong}. */
  public List<String> faults() {
    return faults;
  }
}
