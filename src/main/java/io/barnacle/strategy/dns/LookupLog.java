package io.barnacle.strategy.dns;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.stream.Collectors;

/** Says in the log how the lookups of one hostname go: each change once, repeats at DEBUG. */
final class LookupLog {

  private static final Logger LOG = System.getLogger(DnsStrategy.class.getName());
  private static final int SHOWN = 8;

  private enum State {
    UNKNOWN(Level.DEBUG), FOUND(Level.INFO), EMPTY(Level.INFO), PARTLY(Level.WARNING), NO_SUCH_DOMAIN(Level.WARNING),
    SERVERS_DOWN(Level.WARNING);

    private final Level level;

    State(Level level) {
      this.level = level;
    }
  }

  private final String hostname;
  private final Logger log;
  private State state = State.UNKNOWN;
  private int failures;

  LookupLog(String hostname) {
    this(hostname, LOG);
  }

  LookupLog(String hostname, Logger log) {
    this.hostname = hostname;
    this.log = log;
  }

  /** Takes note of a result. */
  void result(LookupResult result) {
    State next = stateOf(result);
    boolean unremarkable = next == state || state == State.UNKNOWN && next == State.FOUND;
    Level level = unremarkable ? Level.DEBUG : next.level;
    if (log.isLoggable(level)) {
      log.log(level, text(next, result));
    }
    state = next;
    failures = next.level == Level.WARNING ? failures + 1 : 0;
  }

  private static State stateOf(LookupResult result) {
    return switch (result.kind()) {
      case FOUND -> result.isPartial() ? State.PARTLY : State.FOUND;
      case EMPTY -> State.EMPTY;
      case FAILED -> DnsLookupException.summary(result.failures()).isOfServer() ? State.SERVERS_DOWN
          : State.NO_SUCH_DOMAIN;
    };
  }

  private String text(State next, LookupResult result) {
    int found = result.parts().values().stream().mapToInt(Set::size).sum();
    return switch (next) {
      case FOUND, UNKNOWN -> "DNS: " + hostname + " has " + found + " addresses"
          + (failures > 0 ? "; failed lookups before: " + failures : "");
      case EMPTY -> "DNS: " + hostname + " exists and has no addresses; nobody is removed for that";
      case PARTLY -> "DNS: " + hostname + " has " + found + " addresses, and those that could not be looked up "
          + "stay as they were: " + result.failures().stream().filter(each -> each.reason().isOfServer()).limit(SHOWN)
              .map(Object::toString).collect(Collectors.joining("; "));
      case NO_SUCH_DOMAIN, SERVERS_DOWN ->
          DnsLookupException.of(hostname, result.failures()).getMessage() + "; nobody is removed for that";
    };
  }
}
