package io.barnacle.testkit;

import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine: a package, root, a kernel feature. */
public final class SystemRequirement {

  private static final String STRICT = "BARNACLE_REQUIRE_SYSTEM_TESTS";

  private SystemRequirement() {
  }

  /**
   * Skips the calling test with a printed reason if the machine cannot run it; fails it instead where the system
   * property or environment variable {@code BARNACLE_REQUIRE_SYSTEM_TESTS} is {@code true}.
   *
   * @param available whether the machine has what the test needs
   * @param reason what is missing and how to get it, for people
   */
  public static void require(boolean available, String reason) {
    if (available) {
      return;
    }
    if (isStrict()) {
      fail(STRICT + " is set, but: " + reason);
    }
    System.out.println("SKIPPED: " + reason);
    Assumptions.abort(reason);
  }

  /** Whether nothing may be skipped, as in CI, where there is time for more. */
  public static boolean isStrict() {
    return Boolean.parseBoolean(System.getProperty(STRICT, System.getenv(STRICT)));
  }
}
