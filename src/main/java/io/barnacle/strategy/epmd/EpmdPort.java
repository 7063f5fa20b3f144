package io.barnacle.strategy.epmd;

import io.barnacle.strategy.InvalidOptionsException;
import java.util.List;
import java.util.function.UnaryOperator;

/** The port of epmd: the configured one, else the one of Erlang's own environment variable, else the well-known one. */
final class EpmdPort {

  /** Assigned to epmd by IANA. */
  static final int WELL_KNOWN = 4369;

  private static final String VARIABLE = "ERL_EPMD_PORT";

  private EpmdPort() {
  }

  /** Checks a configured port, null for none. */
  static Integer check(Integer port) {
    if (port != null && !isPort(port)) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
    return port;
  }

  /**
   * Settles the port.
   *
   * @param configured null for none
   * @param environment reads a variable, null where unset
   * @throws InvalidOptionsException if the variable is needed and is no port
   */
  static int resolve(Integer configured, UnaryOperator<String> environment) {
    String variable = environment.apply(VARIABLE);
    if (configured != null || variable == null || variable.isBlank()) {
      return configured != null ? configured : WELL_KNOWN;
    }
    try {
      int port = Integer.parseInt(variable.trim());
      if (isPort(port)) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw fault(variable);
    }
    throw fault(variable);
  }

  private static boolean isPort(int port) {
    return port >= 1 && port <= 65535;
  }

  private static InvalidOptionsException fault(String variable) {
    return new InvalidOptionsException(
        List.of(VARIABLE + " (environment): \"" + variable + "\" is not a port in 1..65535"));
  }
}
