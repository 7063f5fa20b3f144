package io.barnacle.cluster.hazelcast;

import static io.barnacle.cluster.hazelcast.BusMessages.fromWire;
import static io.barnacle.cluster.hazelcast.BusMessages.ofThisProcess;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.hazelcast.BusMessages.Delivery;
import io.vertx.core.eventbus.Message;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final long PATIENCE = 30_000;

  private long nowMs = 1_000;
  private final InFlight inFlight = new InFlight(() -> nowMs);

  @Test
  void aRequestIsOpenUntilItsReplyIsOnItsWay() {
    arrives(fromWire("x", "__vertx.reply.1"));
    arrives(fromWire("x", "__vertx.reply.2"));
    assertEquals(2, count());
    leaves("__vertx.reply.1", () -> assertEquals(2, count()));
    assertEquals(1, count());
    leaves("__vertx.reply.1"); // a handler that replies twice
    leaves("__vertx.reply.unknown");
    leaves("x");
    assertEquals(1, count());
    leaves("__vertx.reply.2");
    assertEquals(0, count());
    assertEquals(2, inFlight.answered());
  }

  @Test
  void aConversationIsOpenWhileThisNodeOwesAnAnswer() {
    arrives(fromWire("__vertx.reply.ours", "__vertx.reply.theirs"));
    assertEquals(1, count());
    leaves("__vertx.reply.theirs");
    assertEquals(0, count());
  }

  @Test
  void whatIsOfThisProcessDoesNotCountNorDoAnswersToIt() {
    nowMs = 2_000;
    arrives(ofThisProcess("x", "__vertx.reply.1"), () -> assertEquals(0, count()));
    arrives(fromWire("__vertx.reply.2", null), () -> assertEquals(0, count()));
    leaves("__vertx.reply.1");
    assertEquals(0, count());
    assertEquals(1_000, inFlight.lastMs());
    assertEquals(0, inFlight.answered());
  }

  @Test
  void aHandlerThatRunsCountsAlsoWithoutAReply() {
    arrives(fromWire("x", null), () -> assertEquals(1, count()));
    assertEquals(0, count());
    assertThrows(IllegalStateException.class, () -> arrives(fromWire("x", null), () -> {
      throw new IllegalStateException("an interceptor of somebody else");
    }));
    assertEquals(0, count());
  }

  @Test
  void saysWhenSomethingCameOrAnAnswerWent() {
    nowMs = 1_010;
    arrives(fromWire("x", "__vertx.reply.1"));
    assertEquals(1_010, inFlight.lastMs());
    nowMs = 1_020;
    leaves("__vertx.reply.1");
    assertEquals(1_020, inFlight.lastMs());
  }

  @Test
  void whoHasGivenUpIsNotWaitedFor() {
    arrives(fromWire("x", "__vertx.reply.1"));
    nowMs += PATIENCE;
    assertEquals(1, count());
    nowMs++;
    assertEquals(0, count());
  }

  @Test
  void whatIsToBeForgottenIs() {
    arrives(fromWire("x", "__vertx.reply.1"));
    arrives(fromWire("x", "__vertx.reply.2"));
    inFlight.forget(null);
    inFlight.forget("__vertx.reply.1");
    assertEquals(1, count());
    inFlight.abandon();
    assertEquals(0, count());
    leaves("__vertx.reply.2");
    assertEquals(0, inFlight.answered());
  }

  @Test
  void ofTooManyTheOldestAreForgotten() {
    int many = 3 * InFlight.REMEMBERED;
    for (int i = 0; i < many; i++) {
      arrives(fromWire("x", "__vertx.reply." + i));
      assertTrue(count(i) <= 2 * InFlight.REMEMBERED + 1, "at most two maps full");
    }
    int open = count();
    for (int i = many - open; i < many; i++) {
      leaves("__vertx.reply." + i); // those that are kept are the latest, in whichever map
    }
    assertEquals(0, count());
  }

  /** Counting goes through all: not each time. */
  private int count(int turn) {
    return turn % 10_000 == 0 ? count() : 0;
  }

  private int count() {
    return inFlight.count(PATIENCE);
  }

  private void arrives(Message<Object> message) {
    arrives(message, () -> { });
  }

  private void arrives(Message<Object> message, Runnable handler) {
    inFlight.arrives(new Delivery(message, handler));
  }

  private void leaves(String address) {
    leaves(address, () -> { });
  }

  private void leaves(String address, Runnable write) {
    inFlight.leaves(new Delivery(ofThisProcess(address, null), write));
  }
}
