package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.barnacle.cluster.registry.Ack;
import io.barnacle.cluster.registry.CardRegistry;
import io.barnacle.cluster.registry.Change;
import io.barnacle.cluster.registry.Push;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A message between two registries on its way through Hazelcast: either a {@link Push}, or the question for one. Not
 * Hazelcast's public API: an executor's tasks would do, but submitting one blocks now and then, and takes a thread more at the
 * other end. Written field by field; no Java serialization.
 */
final class RegistryOperation extends Operation implements IdentifiedDataSerializable {

  /** The key of the registry among an instance's user context. */
  private static final String REGISTRY = "barnacle.registry";
  private static final int FACTORY_ID = 0x42524E43;
  private static final int CLASS_ID = 1;
  private static final byte ADDED = 1;
  private static final byte REMOVED = 2;
  private static final byte LISTENS = 3;
  private static final byte WITHDRAWN = 4;
  private static final long PART = -1;
  private static final long LATER = -2;

  private String asker;
  private Push push;
  private transient long answer;

  /** For Hazelcast, which fills it. */
  RegistryOperation() {
  }

  static RegistryOperation of(Push push) {
    RegistryOperation operation = new RegistryOperation();
    operation.push = push;
    return operation;
  }

  static RegistryOperation asking(String asker) {
    RegistryOperation operation = new RegistryOperation();
    operation.asker = asker;
    return operation;
  }

  /** Has an instance that is started from this configuration know the operation, and give it to the registry. */
  static void install(Config config, CardRegistry registry) {
    config.getUserContext().put(REGISTRY, registry);
    config.getSerializationConfig().addDataSerializableFactory(FACTORY_ID,
        id -> id == CLASS_ID ? new RegistryOperation() : null);
  }

  static Ack ack(Object response) {
    long value = (Long) response;
    return value == PART ? new Ack(Ack.Kind.PART, 0)
        : value == LATER ? new Ack(Ack.Kind.LATER, 0) : new Ack(Ack.Kind.HELD, value);
  }

  @Override
  public void run() {
    CardRegistry registry =
        (CardRegistry) getNodeEngine().getHazelcastInstance().getUserContext().get(REGISTRY);
    if (registry == null) {
      throw new IllegalStateException("this member keeps no replicated registry (cluster.registry)");
    }
    if (push == null) {
      registry.asked(asker);
      return;
    }
    Ack ack = registry.pushed(push);
    answer = switch (ack.kind()) {
      case HELD -> ack.version();
      case PART -> PART;
      case LATER -> LATER;
    };
  }

  @Override
  public Object getResponse() {
    return answer;
  }

  /** Failures are the sender's to deal with; they are common while a cluster changes. */
  @Override
  public void logError(Throwable e) {
    getLogger().fine(e.getMessage());
  }

  @Override
  public int getFactoryId() {
    return FACTORY_ID;
  }

  @Override
  public int getClassId() {
    return CLASS_ID;
  }

  @Override
  protected void writeInternal(ObjectDataOutput out) throws IOException {
    out.writeString(asker);
    if (push == null) {
      return;
    }
    out.writeString(push.nodeId());
    out.writeBoolean(push.whole());
    out.writeLong(push.from());
    out.writeLong(push.to());
    out.writeBoolean(push.last());
    out.writeLong(push.digest());
    out.writeInt(push.changes().size());
    for (Change change : push.changes()) {
      write(change, out);
    }
  }

  private static void write(Change change, ObjectDataOutput out) throws IOException {
    if (change instanceof Change.Added added) {
      out.writeByte(ADDED);
      out.writeString(added.address());
      out.writeLong(added.seq());
    } else if (change instanceof Change.Removed removed) {
      out.writeByte(REMOVED);
      out.writeString(removed.address());
      out.writeLong(removed.seq());
    } else if (change instanceof Change.Listens listens) {
      out.writeByte(LISTENS);
      out.writeString(listens.info().host());
      out.writeInt(listens.info().port());
      JsonObject metadata = listens.info().metadata();
      out.writeString(metadata == null ? null : metadata.encode());
    } else if (change instanceof Change.Withdrawn) {
      out.writeByte(WITHDRAWN);
      out.writeString(null);
    }
  }

  @Override
  protected void readInternal(ObjectDataInput in) throws IOException {
    try {
      asker = in.readString();
      if (asker != null) {
        return;
      }
      String nodeId = in.readString();
      boolean whole = in.readBoolean();
      long from = in.readLong();
      long to = in.readLong();
      boolean last = in.readBoolean();
      long digest = in.readLong();
      int count = in.readInt();
      List<Change> changes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        changes.add(change(in));
      }
      push = new Push(nodeId, whole, from, to, last, changes, digest);
    } catch (RuntimeException e) { // Hazelcast's readers have several for bytes that are too few or of another kind
      throw new IOException("not a message of a registry", e);
    }
  }

  private static Change change(ObjectDataInput in) throws IOException {
    byte kind = in.readByte();
    String text = in.readString();
    return switch (kind) {
      case ADDED -> new Change.Added(text, in.readLong());
      case REMOVED -> new Change.Removed(text, in.readLong());
      case LISTENS -> {
        int port = in.readInt();
        String metadata = in.readString();
        yield new Change.Listens(new NodeInfo(text, port, metadata == null ? null : new JsonObject(metadata)));
      }
      case WITHDRAWN -> new Change.Withdrawn();
      default -> throw new IOException("a change of kind " + kind + " is not known here");
    };
  }
}
