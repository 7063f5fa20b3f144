package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.ClusterSerializable;
import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another node sends makes no object of a class that is not allowed, in whatever form it is sent. */
class ClassGuardIT {

  /** How often a gadget was made or read by anybody; its maker says so himself. */
  private static final AtomicInteger MADE = new AtomicInteger();

  private final TestCluster cluster = new TestCluster();

  @BeforeEach
  void forget() {
    MADE.set(0);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  /** Java serialization. */
  public static class Gadget implements Serializable {
    private static final long serialVersionUID = 1;
    private final String text = "gadget";

    private Object readResolve() {
      MADE.incrementAndGet();
      return this;
    }
  }

  /** Java serialization by hand. */
  public static class ExternalGadget implements Externalizable {
    private static final long serialVersionUID = 1;

    /** For the reader. */
    public ExternalGadget() {
      MADE.incrementAndGet();
    }

    @Override
    public void writeExternal(ObjectOutput out) {
    }

    @Override
    public void readExternal(ObjectInput in) {
    }
  }

  /** Hazelcast's own, by class name. */
  public static class DataGadget implements DataSerializable {
    /** For the reader. */
    public DataGadget() {
      MADE.incrementAndGet();
    }

    @Override
    public void writeData(ObjectDataOutput out) {
    }

    @Override
    public void readData(ObjectDataInput in) {
    }
  }

  /** Vert.x's own, by class name. */
  public static class SharedGadget implements ClusterSerializable {
    /** For the reader. */
    public SharedGadget() {
      MADE.incrementAndGet();
    }

    @Override
    public void writeToBuffer(Buffer buffer) {
    }

    @Override
    public int readFromBuffer(int pos, Buffer buffer) {
      return pos;
    }
  }

  private static Object gadget(String kind) {
    return switch (kind) {
      case "java" -> new Gadget();
      case "java in a list" -> new ArrayList<>(List.of(new Gadget()));
      case "java array" -> new Gadget[] {new Gadget()};
      case "external" -> new ExternalGadget();
      case "data" -> new DataGadget();
      default -> new SharedGadget();
    };
  }

  private TestNode start(ClusterOptions options, Node... peers) {
    ListedPeers strategy = new ListedPeers(peers);
    return cluster.start(new BarnacleClusterManager(new Setup(new NodeOptions(), options.setName(cluster.name), strategy,
        new BootstrapOptions().setDeadline(java.time.Duration.ZERO))), strategy);
  }

  private static AsyncMap<Object, Object> map(TestNode node) {
    return get(node.vertx.sharedData().<Object, Object>getAsyncMap("m"));
  }

  /** Vert.x refuses what Hazelcast alone knows how to write; so that goes past it. */
  private static void put(TestNode node, Object value) {
    if (value instanceof DataSerializable) {
      node.manager.getSyncMap("m").put("k", value);
    } else {
      get(map(node).put("k", value));
    }
  }

  private static void assertRefused(Future<?> future) {
    assertThrows(Exception.class, () -> get(future));
    ClusterException.ClassRefused refused = assertInstanceOf(ClusterException.ClassRefused.class, future.cause());
    assertTrue(refused.className().contains(ClassGuardIT.class.getName() + "$"), refused.className());
    assertTrue(refused.getMessage().contains("cluster.allowedClasses"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "java in a list", "java array", "external", "data", "shared"})
  void aGadgetIsNotMadeAndTheReaderIsToldItsClass(String kind) {
    TestNode a = start(new ClusterOptions());
    TestNode b = start(new ClusterOptions(), a.node());
    awaitSize(2, a, b);
    put(a, gadget(kind));
    MADE.set(0);
    assertRefused(map(b).get("k"));
    assertRefused(map(b).values());
    assertRefused(map(b).entries());
    assertRefused(map(b).remove("k"));
    assertEquals(0, MADE.get());
    a.manager.getSyncMap("s").put("k", gadget(kind));
    MADE.set(0);
    if (kind.equals("shared")) { // to Hazelcast a plain class, which it writes field by field
      assertInstanceOf(GenericRecord.class, b.manager.getSyncMap("s").get("k"));
    } else {
      ClusterException.ClassRefused sync =
          assertThrows(ClusterException.ClassRefused.class, () -> b.manager.getSyncMap("s").get("k"));
      assertTrue(sync.className().contains("Gadget"), sync.className());
    }
    assertEquals(0, MADE.get());
    get(map(b).put("k", "the cluster goes on"));
    assertEquals("the cluster goes on", get(map(a).get("k")));
    assertEquals(2, a.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "java in a list", "java array", "external", "data", "shared"})
  void itIsMadeWhereItIsAllowed(String kind) {
    List<String> own = List.of(ClassGuardIT.class.getPackageName() + ".");
    TestNode a = start(new ClusterOptions().setAllowedClasses(own));
    TestNode b = start(new ClusterOptions().setAllowedClasses(List.of("*")), a.node());
    awaitSize(2, a, b);
    for (TestNode from : new TestNode[] {a, b}) {
      TestNode to = from == a ? b : a;
      put(from, gadget(kind));
      MADE.set(0);
      assertEquals(gadget(kind).getClass(), get(map(to).get("k")).getClass());
      assertTrue(MADE.get() > 0);
    }
  }

  /** Counters send lambdas of vertx-hazelcast; the name of the class in which a lambda stands decides. */
  @Test
  void countersWorkAndLambdasOfOthersAreRefused() {
    TestNode a = start(new ClusterOptions());
    TestNode b = start(new ClusterOptions(), a.node());
    awaitSize(2, a, b);
    for (int i = 0; i < 20; i++) { // as many names as it takes to have some on each node
      String name = "counter-" + i;
      Counter here = get(a.vertx.sharedData().getCounter(name));
      Counter there = get(b.vertx.sharedData().getCounter(name));
      assertEquals(1, get(here.incrementAndGet()));
      assertEquals(1, get(there.getAndAdd(5)));
      assertEquals(true, get(here.compareAndSet(6, 7)));
      assertEquals(7, get(there.get()));
    }
    get(map(a).put("k", (Supplier<Integer> & Serializable) MADE::incrementAndGet));
    Future<Object> read = map(b).get("k");
    assertThrows(Exception.class, () -> get(read));
    assertEquals(ClassGuardIT.class.getName(),
        assertInstanceOf(ClusterException.ClassRefused.class, read.cause()).className());
    assertEquals(0, MADE.get());
  }

  /** A key of a map is found by its bytes: those of a node that guards and of one that does not are the same. */
  @Test
  void valuesOfEveryUsualKindTravelBetweenGuardedAndUnguardedNodes() {
    TestNode a = start(new ClusterOptions());
    TestNode b = start(new ClusterOptions().setAllowedClasses(List.of("*")), a.node());
    awaitSize(2, a, b);
    List<Object> values = List.of("text", 1, 2L, 3.0, true, 'c', (byte) 4, new byte[] {1, 2}, UUID.randomUUID(),
        Instant.now(), LocalDate.now(), ZoneId.of("Europe/Berlin"), new java.math.BigDecimal("1.5"),
        new ArrayList<>(List.of("a", 1)), new HashMap<>(Map.of("k", List.of(1, 2))), Map.of("k", 1),
        new JsonObject().put("k", new JsonArray().add(1)), new JsonArray().add("x"), Buffer.buffer("bytes"),
        java.time.DayOfWeek.MONDAY, new java.util.concurrent.ConcurrentHashMap<>(Map.of("a", "b")));
    for (TestNode from : new TestNode[] {a, b}) {
      TestNode to = from == a ? b : a;
      for (Object value : values) {
        get(map(from).put(value, value));
        Object back = get(map(to).get(value));
        if (value instanceof byte[] bytes) {
          org.junit.jupiter.api.Assertions.assertArrayEquals(bytes, (byte[]) back);
        } else {
          assertEquals(value, back);
        }
      }
      assertEquals(values.stream().distinct().count(), get(map(to).size()).longValue());
      get(map(to).clear());
    }
  }

  @Test
  void aFilterOfTheHazelcastConfigurationDecidesInstead(@TempDir Path directory) throws Exception {
    String file = Files.writeString(directory.resolve("hz.yaml"), """
        hazelcast:
          serialization:
            java-serialization-filter:
              whitelist:
                prefix: ["io.vertx.", "java.", "[", "com.hazelcast.", "io.barnacle."]
        """).toString();
    TestNode a = start(new ClusterOptions().setHazelcastConfig(file));
    TestNode b = start(new ClusterOptions().setHazelcastConfig(file), a.node());
    awaitSize(2, a, b);
    get(map(a).put("k", new Gadget()));
    assertInstanceOf(Gadget.class, get(map(b).get("k")));
    Exception both = assertThrows(Exception.class, () ->
        start(new ClusterOptions().setHazelcastConfig(file).setAllowedClasses(List.of("com.example."))));
    assertTrue(both.getMessage().contains("cluster.allowedClasses"), both.getMessage());
  }
}
