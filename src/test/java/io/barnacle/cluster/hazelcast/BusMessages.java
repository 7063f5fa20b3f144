package io.barnacle.cluster.hazelcast;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;

/** Messages of the event bus as interceptors see them. */
final class BusMessages {

  private BusMessages() {
  }

  /** One that this process sends. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static ClusteredMessage<Object, Object> ofThisProcess(String address, String replyAddress) {
    ClusteredMessage<Object, Object> message =
        new ClusteredMessage("peer", address, null, "?", CodecManager.STRING_MESSAGE_CODEC, true, null);
    message.setReplyAddress(replyAddress);
    return message;
  }

  /** One that came from another node. */
  static Message<Object> fromWire(String address, String replyAddress) {
    Buffer wire = ofThisProcess(address, replyAddress).encodeToWire();
    ClusteredMessage<Object, Object> read = new ClusteredMessage<>(null);
    read.readFromWire(wire.slice(4, wire.length()), new CodecManager());
    return read;
  }

  /** What an interceptor is given; {@code rest} is what comes after it. */
  record Delivery(Message<Object> message, Runnable rest) implements DeliveryContext<Object> {
    @Override
    public void next() {
      rest.run();
    }

    @Override
    public boolean send() {
      return true;
    }

    @Override
    public Object body() {
      return message.body();
    }
  }
}
