package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Endpoint;
import io.barnacle.strategy.dns.DnsLookupException.Failure;
import io.barnacle.strategy.dns.DnsLookupException.Reason;
import io.barnacle.strategy.dns.LookupResult.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LookupLogTest {

  private static final Map<String, Set<Endpoint>> ONE = Map.of("A", Set.of(new Endpoint("10.0.0.1", 5701)));

  private final List<System.Logger.Level> levels = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final LookupLog log = new LookupLog("app", new System.Logger() {
    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String msg, Throwable thrown) {
      throw new AssertionError("not used");
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {
      levels.add(level);
      texts.add(format);
    }
  });

  private static LookupResult failed(Reason reason) {
    return new LookupResult(Kind.FAILED, Map.of(), Set.of("A"),
        List.of(new Failure("app", "A", "10.0.0.9:53", reason, "")));
  }

  private static LookupResult found() {
    return new LookupResult(Kind.FOUND, ONE, Set.of(), List.of());
  }

  private static LookupResult empty() {
    return new LookupResult(Kind.EMPTY, Map.of(), Set.of(), List.of());
  }

  @Test
  void warnsOnceAndSaysWhenItIsOver() {
    log.result(found());
    for (int i = 0; i < 3; i++) {
      log.result(failed(Reason.TIMEOUT));
    }
    log.result(found());
    log.result(found());
    assertEquals(List.of(System.Logger.Level.DEBUG, System.Logger.Level.WARNING, System.Logger.Level.DEBUG,
        System.Logger.Level.DEBUG, System.Logger.Level.INFO, System.Logger.Level.DEBUG), levels);
    assertTrue(texts.get(4).contains("failed lookups before: 3"), texts.get(4));
  }

  @Test
  void tellsNoSuchNameFromServersThatAreDown() {
    log.result(failed(Reason.TIMEOUT));
    log.result(failed(Reason.NO_SUCH_DOMAIN));
    log.result(empty());
    assertEquals(List.of(System.Logger.Level.WARNING, System.Logger.Level.WARNING, System.Logger.Level.INFO), levels);
    assertTrue(texts.get(0).contains("no answer in time") && texts.get(1).contains("no such domain")
        && texts.get(2).contains("exists and has no addresses"), texts.toString());
  }

  @Test
  void saysWhichPartIsMissing() {
    log.result(new LookupResult(Kind.FOUND, ONE, Set.of("AAAA"), List.of(
        new Failure("app", "AAAA", "10.0.0.9:53", Reason.SERVER_FAILURE, ""),
        new Failure("other", "AAAA", "10.0.0.9:53", Reason.NO_DATA, ""))));
    assertEquals(List.of(System.Logger.Level.WARNING), levels);
    assertTrue(texts.get(0).contains("app AAAA at 10.0.0.9:53: server failure"), texts.get(0));
    assertTrue(!texts.get(0).contains("other"), texts.get(0));
  }
}
