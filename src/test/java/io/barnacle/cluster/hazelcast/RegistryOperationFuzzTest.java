package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.barnacle.cluster.registry.Change;
import io.barnacle.cluster.registry.Push;
import io.barnacle.testkit.Fuzz;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What other members say, damaged: it is read, or an IOException, which is what Hazelcast expects of a bad message. */
class RegistryOperationFuzzTest {

  private final InternalSerializationService serialization = new DefaultSerializationServiceBuilder().build();

  private byte[] good() {
    List<Change> changes = List.of(new Change.Added("a", 1), new Change.Removed("b", 2),
        new Change.Listens(new NodeInfo("10.0.0.1", 5000, new JsonObject().put("k", "v"))));
    ObjectDataOutput out = serialization.createObjectDataOutput();
    try {
      RegistryOperation.of(new Push("node", false, 1, 4, true, changes, 99)).writeInternal(out);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void read(byte[] bytes) {
    ObjectDataInput in = serialization.createObjectDataInput(bytes);
    try {
      new RegistryOperation().readInternal(in);
    } catch (IOException e) {
      assertFalse(String.valueOf(e.getMessage()).isBlank());
    }
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void aDamagedMessageIsReadOrRefused(
      @ForAll @Size(max = 4) List<@IntRange(max = 150) Integer> where, @ForAll @Size(value = 4) List<Byte> what,
      @ForAll @IntRange(max = 150) int cut, @ForAll boolean whole) {
    byte[] bytes = good();
    for (int i = 0; i < where.size(); i++) {
      bytes[where.get(i) % bytes.length] = what.get(i);
    }
    read(whole ? bytes : Arrays.copyOf(bytes, Math.min(cut, bytes.length)));
  }

  @Property(tries = 1_000)
  void noiseIsReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    read(bytes);
  }

  @Provide
  Arbitrary<String> bulletins() {
    return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(40), Fuzz.damaged(List.of(
        "offer 10.0.0.1:5701", "move [fd00::1]:5701", "evict id it is gone", "goodbye id", "offer ", "evict ", "move x:y")));
  }

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void aDamagedBulletinIsReadOrRefused(@ForAll("bulletins") String text) {
    List<String> told = new ArrayList<>();
    Bulletin.Reader reader = new Bulletin.Reader() {
      @Override
      public void offered(io.barnacle.node.Endpoint peer) {
        told.add("offer");
      }

      @Override
      public void moving(io.barnacle.node.Endpoint peer) {
        told.add("move");
      }

      @Override
      public void evicted(String nodeId, String reason) {
        told.add("evict");
      }

      @Override
      public void saidGoodbye(String nodeId) {
        told.add("goodbye");
      }
    };
    try {
      Bulletin.read(text, Runnable::run, reader);
    } catch (IllegalArgumentException e) {
      assertFalse(String.valueOf(e.getMessage()).isBlank());
    }
    if (told.size() > 1) {
      fail(told.toString());
    }
  }
}
