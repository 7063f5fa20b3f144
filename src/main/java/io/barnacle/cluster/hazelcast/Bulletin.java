package io.barnacle.cluster.hazelcast;

import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import java.util.concurrent.Executor;

/**
 * What Barnacle members tell each other: plain texts on a Hazelcast topic, which other members of the cluster neither get
 * nor need to understand. Nothing depends on a message arriving; each only makes something happen sooner.
 */
final class Bulletin {

  /** Receives what others say, on the executor given to {@link #follow}. */
  interface Reader {

    /** A peer was seen that is no member; the oldest should look for its cluster. */
    void offered(Endpoint peer);

    /** This cluster is about to move into that of a peer. */
    void moving(Endpoint peer);

    /** A member should be removed. */
    void evicted(String nodeId, String reason);

    /** A member is about to leave. */
    void saidGoodbye(String nodeId);
  }

  private static final System.Logger LOG = System.getLogger(Bulletin.class.getName());

  private static final String TOPIC = "__barnacle.bulletin";
  private static final String OFFER = "offer ";
  private static final String MOVE = "move ";
  private static final String EVICT = "evict ";
  private static final String GOODBYE = "goodbye ";

  private final ITopic<String> topic;

  private Bulletin(ITopic<String> topic) {
    this.topic = topic;
  }

  /** Reads the bulletin of the engine's cluster from now on. Blocks. */
  static Bulletin follow(Engine engine, Executor context, Reader reader) {
    ITopic<String> topic = engine.instance().getTopic(TOPIC);
    topic.addMessageListener(message -> receive(message, context, reader));
    return new Bulletin(topic);
  }

  void offer(Endpoint peer) {
    say(OFFER + peer);
  }

  void moveTo(Endpoint peer) {
    say(MOVE + peer);
  }

  Future<Void> evict(String nodeId, String reason) {
    return say(EVICT + nodeId + " " + reason);
  }

  Future<Void> sayGoodbye(String nodeId) {
    return say(GOODBYE + nodeId);
  }

  private Future<Void> say(String text) {
    try {
      return Future.fromCompletionStage(topic.publishAsync(text));
    } catch (RuntimeException e) {
      // The engine is gone or on its way between two clusters.
      LOG.log(System.Logger.Level.DEBUG, "Could not say \"" + text + "\"", e);
      return Future.failedFuture(e);
    }
  }

  private static Endpoint endpoint(String text, String word) {
    return Node.parse("x@" + text.substring(word.length())).endpoint();
  }

  private static void receive(Message<String> message, Executor context, Reader reader) {
    if (message.getPublishingMember() == null || message.getPublishingMember().localMember()) {
      return;
    }
    String text = String.valueOf(message.getMessageObject());
    try {
      read(text, context, reader);
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "Not understood: " + text, e);
    }
  }

  /** Understands a text; throws {@link IllegalArgumentException} for what it is not. */
  static void read(String text, Executor context, Reader reader) {
    if (text.startsWith(OFFER)) {
      Endpoint peer = endpoint(text, OFFER);
      context.execute(() -> reader.offered(peer));
    } else if (text.startsWith(MOVE)) {
      Endpoint peer = endpoint(text, MOVE);
      context.execute(() -> reader.moving(peer));
    } else if (text.startsWith(EVICT)) {
      String[] parts = text.substring(EVICT.length()).split(" ", 2);
      context.execute(() -> reader.evicted(parts[0], parts.length > 1 ? parts[1] : ""));
    } else if (text.startsWith(GOODBYE)) {
      context.execute(() -> reader.saidGoodbye(text.substring(GOODBYE.length())));
    }
  }
}
