package io.barnacle.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.barnacle.event.BarnacleEvent;
import io.barnacle.cluster.DrainResult;
import io.barnacle.node.Node;
import io.barnacle.reconcile.RefreshResult;
import io.barnacle.testkit.Await;
import io.barnacle.testkit.Fuzz;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever others send to the addresses of a barnacle, or answer for it: it is read, or refused in words. */
class ControlFuzzTest {

  @Provide
  Arbitrary<String> events() {
    return Fuzz.damaged(Fuzz.lines("messages/events.jsonl"));
  }

  @Provide
  Arbitrary<String> statuses() {
    return Fuzz.damaged(Fuzz.lines("messages/statuses.jsonl"));
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void aDamagedEventIsReadOrRefused(@ForAll("events") String text) {
    readOrRefuse(text, BarnacleEvent::fromJson);
  }

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void aDamagedStatusIsReadOrRefused(@ForAll("statuses") String text) {
    readOrRefuse(text, BarnacleStatus::fromJson);
  }

  private static void readOrRefuse(String text, Function<JsonObject, ?> reader) {
    JsonObject json;
    try {
      json = new JsonObject(text);
    } catch (DecodeException e) {
      return; // Vert.x never delivers it
    }
    try {
      reader.apply(json);
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  @Example
  void anythingSentToACommandIsAnswered() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Await.await(ControlEndpoint.open(vertx, new ControlOptions(), null, null, new Nothing()));
      List<Object> bodies = Arrays.asList(null, "text", 5, true, Buffer.buffer(new byte[100_000]), new JsonArray().add(1),
          new JsonObject().put("address", "x".repeat(100_000)), new JsonObject().put("limit", "x").put("after", 1));
      for (Object body : bodies) {
        for (String command : List.of("status", "pause")) {
          Object answer = Await.await(vertx.eventBus().request("barnacle." + command, body,
              new DeliveryOptions().setSendTimeout(5_000).setLocalOnly(true))).body();
          assertInstanceOf(JsonObject.class, answer);
        }
        assertThrows(ReplyException.class, () -> Await.await(vertx.eventBus().request("barnacle.registry", body,
            new DeliveryOptions().setSendTimeout(5_000).setLocalOnly(true))));
      }
    } finally {
      Await.await(vertx.close());
    }
  }

  @Example
  void anAnswerThatIsNoneFailsWithWords() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      for (Object answer : Arrays.asList(null, "text", new JsonObject().put("members", 5), new JsonArray(),
          new JsonObject().put("node", "no node"), new JsonObject().put("members", new JsonArray().add("x")))) {
        var poser = vertx.eventBus().localConsumer("barnacle.status", message -> message.reply(answer));
        Exception refused = assertThrows(IllegalArgumentException.class, () ->
            Await.await(BarnacleClient.create(vertx).status(Duration.ofSeconds(5))));
        assertFalse(refused.getMessage().isBlank());
        Await.await(poser.unregister());
      }
    } finally {
      Await.await(vertx.close());
    }
  }

  @Example
  void anAnswerToADrainThatIsNoneFailsWithWords() throws Exception {
    JsonObject right = new DrainResult(1, Set.of(Node.parse("a@h:1")), Set.of(), 2, 3, Duration.ofMillis(4)).toJson();
    assertEquals(right, DrainResult.fromJson(right).toJson());
    for (String key : right.fieldNames()) {
      for (Object value : Arrays.asList(null, "x", true, new JsonObject(), new JsonArray().add(5).add("no node"))) {
        JsonObject wrong = right.copy().put(key, value);
        Exception refused = assertThrows(IllegalArgumentException.class, () -> DrainResult.fromJson(wrong), wrong::encode);
        assertFalse(refused.getMessage().isBlank());
      }
    }
  }

  private static final class Nothing implements ControlEndpoint.Commands {

    @Override
    public Future<RefreshResult> refresh() {
      return Future.failedFuture("nothing");
    }

    @Override
    public Future<RefreshResult> release() {
      return Future.failedFuture("nothing");
    }

    @Override
    public JsonObject pause() {
      return new JsonObject();
    }

    @Override
    public void shutdown() {
      throw new AssertionError("nobody asked for it");
    }

    @Override
    public Future<DrainResult> drain(String asker) {
      return Future.failedFuture("nothing");
    }

    @Override
    public void leave() {
      throw new AssertionError("nobody asked for it");
    }

    @Override
    public Future<JsonObject> registry(String after, int limit) {
      return Future.failedFuture("nothing");
    }

    @Override
    public JsonObject status() {
      return new JsonObject();
    }
  }
}
