package io.barnacle.strategy.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.testkit.FixedNodesOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomStrategyProviderTest {

  private static final String HERE = CustomStrategyProviderTest.class.getName() + "$";

  private static StrategyOptions read(String className) {
    return new CustomStrategyProvider().fromJson(new JsonObject().put("type", "custom").put("class", className));
  }

  @Test
  void makesOptionsByTheirConstructor() {
    JsonObject json = FixedNodesOptions.json("a@h:1");
    assertEquals(new FixedNodesOptions(json), new CustomStrategyProvider().fromJson(json));
  }

  @Test
  void makesOptionsByTheirStaticMethodWhereThereIsNoConstructor() {
    assertEquals("own", read(HERE + "ByMethod").toJson().getString("made"));
    assertEquals("own", read(HERE + "AbstractWithMethod").toJson().getString("made"));
  }

  @Test
  void theClassIsNeeded() {
    assertEquals("class: is missing",
        assertThrows(InvalidOptionsException.class, () -> new CustomStrategyProvider().fromJson(new JsonObject()))
            .getMessage());
    assertThrows(InvalidOptionsException.class,
        () -> new CustomStrategyProvider().fromJson(new JsonObject().put("class", 5)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "com.example.Nothing | is not on the class path; check the spelling, package included",
    "'' | is not on the class path",
    "[I | does not implement",
    "java.lang.String | does not implement io.barnacle.strategy.StrategyOptions",
    "$IsStrategy | it is a Strategy: name the options class whose create(Vertx) makes it",
    "$NotPublic | is not public",
    "$NoWay | has neither a public constructor that takes a JsonObject",
    "$WrongMethod | nor a public static fromJson(JsonObject) that returns its options",
    "$ReturnsNull | fromJson returned null",
    "$Throws | could not be made: java.lang.IllegalStateException: no file",
    "$BrokenClass | could not be made: java.lang.ExceptionInInitializerError",
  })
  void saysWhatIsWrongWithAClass(String name, String what) {
    String className = name.startsWith("$") ? HERE + name.substring(1) : name;
    InvalidOptionsException e = assertThrows(InvalidOptionsException.class, () -> read(className));
    assertEquals(1, e.faults().size());
    assertTrue(e.getMessage().startsWith("class: \"" + className + "\""), e.getMessage());
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }

  @Test
  void suggestsTheDollarOfANestedClass() {
    String dotted = CustomStrategyProviderTest.class.getName() + ".ByMethod";
    InvalidOptionsException e = assertThrows(InvalidOptionsException.class, () -> read(dotted));
    assertTrue(e.getMessage().endsWith("did you mean \"" + HERE + "ByMethod\"?"), e.getMessage());
  }

  @Test
  void passesOnTheFaultsThatTheClassFound() {
    JsonObject json = FixedNodesOptions.json("a@b@c", "d");
    InvalidOptionsException e =
        assertThrows(InvalidOptionsException.class, () -> new CustomStrategyProvider().fromJson(json));
    assertEquals(List.of("nodes[0]: \"a@b@c\" is not basename@host[:port]",
            "nodes[1]: \"d\" is not basename@host[:port]"),
        e.faults());
    assertSame("port is odd",
        assertThrows(IllegalArgumentException.class, () -> read(HERE + "Refuses")).getMessage());
  }

  @Test
  void keepsTheCause() {
    assertEquals("no file",
        assertThrows(InvalidOptionsException.class, () -> read(HERE + "Throws")).getCause().getMessage());
  }

  /** What the classes under test have in common. */
  public abstract static class Base implements StrategyOptions {
    @Override
    public String type() {
      return "custom";
    }

    @Override
    public Strategy create(Vertx vertx) {
      return Strategy.of(() -> Future.succeededFuture(Set.of()));
    }

    @Override
    public JsonObject toJson() {
      return new JsonObject().put("made", "own");
    }
  }

  /** With a static method only. */
  public static final class ByMethod extends Base {
    private ByMethod() {
    }

    public static ByMethod fromJson(JsonObject json) {
      return new ByMethod();
    }
  }

  /** Abstract, so its constructor is of no use. */
  public abstract static class AbstractWithMethod extends Base {
    public AbstractWithMethod(JsonObject json) {
    }

    public static StrategyOptions fromJson(JsonObject json) {
      return new ByMethod();
    }
  }

  /** Not options. */
  public static final class IsStrategy implements Strategy {
    @Override
    public Future<Set<io.barnacle.node.Node>> discoverNodes() {
      return Future.succeededFuture(Set.of());
    }
  }

  static final class NotPublic extends Base {
    public NotPublic(JsonObject json) {
    }
  }

  /** Without a way to be made. */
  public static final class NoWay extends Base {
    public NoWay() {
    }
  }

  /** With a method of the right name that makes something else. */
  public static final class WrongMethod extends Base {
    private WrongMethod() {
    }

    public static String fromJson(JsonObject json) {
      return "";
    }
  }

  /** With a method that makes nothing. */
  public static final class ReturnsNull extends Base {
    private ReturnsNull() {
    }

    public static ReturnsNull fromJson(JsonObject json) {
      return null;
    }
  }

  /** With a constructor that fails. */
  public static final class Throws extends Base {
    public Throws(JsonObject json) {
      throw new IllegalStateException("no file");
    }
  }

  /** With a constructor that refuses the values. */
  public static final class Refuses extends Base {
    public Refuses(JsonObject json) {
      throw new IllegalArgumentException("port is odd");
    }
  }

  /** Whose static initialiser fails. */
  public static final class BrokenClass extends Base {
    private static final int LENGTH = Integer.parseInt("x");

    public BrokenClass(JsonObject json) {
      if (LENGTH > 0) {
        throw new IllegalStateException();
      }
    }
  }
}
