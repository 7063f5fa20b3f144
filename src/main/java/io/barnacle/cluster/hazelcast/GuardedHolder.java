package io.barnacle.cluster.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.TypedDataSerializable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.shareddata.ClusterSerializable;
import io.vertx.spi.cluster.hazelcast.impl.ConversionUtils;
import io.vertx.spi.cluster.hazelcast.impl.DataSerializableHolder;
import java.io.IOException;
import java.util.Objects;

/**
 * A value of an async map that writes itself, as vertx-hazelcast's {@link DataSerializableHolder} has it on the wire: a class
 * name and bytes. That one makes an object of whatever class is named; this one asks the {@link ClassGuard}, which puts it in
 * the other's place.
 */
final class GuardedHolder implements TypedDataSerializable {

  private static final String BUFFER = "io.vertx.core.buffer.Buffer";

  private ClusterSerializable value;

  /** For Hazelcast, which fills it. */
  GuardedHolder() {
  }

  private GuardedHolder(ClusterSerializable value) {
    this.value = value;
  }

  /** Converts values of maps into what is stored, and back. */
  static final class Conversion extends ConversionUtils {

    @Override
    @SuppressWarnings("unchecked") // as it is inherited: what is stored is not what the caller has
    public <T> T convertParam(T obj) {
      return obj instanceof ClusterSerializable value ? (T) new GuardedHolder(value) : obj;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T convertReturn(Object obj) {
      return obj instanceof GuardedHolder holder ? (T) holder.value : super.convertReturn(obj);
    }
  }

  /** What others take it for. */
  @Override
  public Class<?> getClassType() {
    return DataSerializableHolder.class;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(value instanceof Buffer ? BUFFER : value.getClass().getName());
    Buffer buffer = Buffer.buffer();
    value.writeToBuffer(buffer);
    out.writeInt(buffer.length());
    out.write(buffer.getBytes());
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    String name = in.readString();
    int length = in.readInt();
    if (name == null || length < 0 || length > ((java.io.InputStream) in).available()) {
      throw new IOException("not a value of a map: it ends before its end");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    try {
      value = name.equals(BUFFER) ? Buffer.buffer() : make(name, (ClassGuard) in.getClassLoader());
      value.readFromBuffer(0, Buffer.buffer(bytes));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IOException("Failed to load class " + name, e);
    }
  }

  private static ClusterSerializable make(String name, ClassGuard guard) throws ReflectiveOperationException {
    Class<? extends ClusterSerializable> type = guard.loadSent(name).asSubclass(ClusterSerializable.class);
    return type.getConstructor().newInstance();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GuardedHolder that && Objects.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }
}
