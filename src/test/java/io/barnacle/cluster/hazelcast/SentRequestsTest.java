package io.barnacle.cluster.hazelcast;

import static io.barnacle.cluster.hazelcast.BusMessages.fromWire;
import static io.barnacle.cluster.hazelcast.BusMessages.ofThisProcess;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.MembershipChange;
import io.barnacle.cluster.hazelcast.BusMessages.Delivery;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.testkit.Await;
import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.eventbus.impl.clustered.NodeSelector;
import io.vertx.core.spi.cluster.ClusteredNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SentRequestsTest implements SentRequests.World {

  private final Vertx vertx = Vertx.vertx();
  private final SentRequests sent = new SentRequests();
  private final NodeSelector selector = sent.selector(new ByAddress());
  private final Set<String> gone = new HashSet<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private final List<Long> delays = new ArrayList<>();
  private long nowMs = 1_000;
  private final List<Object> failures = new ArrayList<>();

  /** Chooses the node that an address names; what goes to {@code later} it chooses when told to. */
  private static final class ByAddress implements NodeSelector {
    private Completable<String> postponed;

    @Override
    public void selectForSend(String address, Completable<String> promise) {
      if (address.equals("later")) {
        postponed = promise;
      } else {
        promise.succeed(address);
      }
    }

    @Override
    public void selectForPublish(String address, Completable<Iterable<String>> promise) {
      promise.succeed(List.of(address));
    }

    @Override
    public void init(ClusteredNode node) {
    }

    @Override
    public void eventBusStarted() {
    }
  }

  @BeforeEach
  void watch() {
    sent.watch(vertx.eventBus(), "own", this);
  }

  @AfterEach
  void close() throws Exception {
    Await.await(vertx.close());
  }

  @Override
  public boolean hasLeft(String nodeId) {
    return gone.contains(nodeId);
  }

  @Override
  public void after(long delayMs, Runnable task) {
    delays.add(delayMs);
    waiting.add(task);
  }

  @Override
  public long nowMs() {
    return nowMs;
  }

  @Test
  void aRequestFailsWhenItsNodeHasLeftAndTheGraceIsOver() throws Exception {
    request("peer", 1);
    request("peer", 2);
    request("another", 3);
    request("own", 4);
    assertEquals(3, sent.size());
    leave("peer");
    assertEquals(List.of(), failuresAfter(() -> { }));
    assertEquals(2, failuresAfter(this::pass).size());
    assertEquals(List.of(SentRequests.GRACE_MS), delays);
    for (Object each : failures) {
      ReplyException failure = assertInstanceOf(ReplyException.class, each);
      assertEquals(ReplyFailure.TIMEOUT, failure.failureType());
      assertTrue(failure.getMessage().startsWith("peer@10.0.0.1:5701 has left the cluster"), failure.getMessage());
    }
    assertEquals(1, sent.size());
  }

  @Test
  void anAnswerIsTakenUntilTheGraceIsOver() throws Exception {
    request("peer", 1);
    leave("peer");
    answer(1);
    assertEquals(List.of(), failuresAfter(this::pass));
    assertEquals(0, sent.size());
  }

  @Test
  void aNodeThatIsBackIsStillAsked() throws Exception {
    request("peer", 1);
    leave("peer");
    gone.remove("peer");
    assertEquals(List.of(), failuresAfter(this::pass));
    leave("peer");
    assertEquals(1, failuresAfter(this::pass).size());
  }

  @Test
  void veryManyFailInTurns() throws Exception {
    for (int i = 0; i < 2 * SentRequests.SLICE + 1; i++) {
      request("peer", i);
    }
    leave("peer");
    assertEquals(SentRequests.SLICE, failuresAfter(this::pass).size());
    assertEquals(2 * SentRequests.SLICE, failuresAfter(this::pass).size());
    assertEquals(2 * SentRequests.SLICE + 1, failuresAfter(this::pass).size());
    assertEquals(List.of(), waiting);
  }

  @Test
  void whoHasGivenUpLongAgoIsNotTold() throws Exception {
    request("peer", 1);
    nowMs += SentRequests.PATIENCE_MS;
    request("peer", 2);
    leave("peer");
    assertEquals(1, failuresAfter(this::pass).size());
  }

  @Test
  void oneThatGoesToANodeThatHasJustLeftFailsToo() throws Exception {
    leave("peer");
    request("peer", 1);
    assertEquals(1, failuresAfter(this::pass).size());
  }

  @Test
  void aNodeThatIsChosenLaterIsKnownToo() throws Exception {
    ByAddress choice = new ByAddress();
    NodeSelector slow = sent.selector(choice);
    sent.leaves(new Delivery(ofThisProcess("later", reply(1)), () -> slow.selectForSend("later", (node, e) -> { })));
    listen(1);
    choice.postponed.succeed("peer");
    leave("peer");
    assertEquals(1, failuresAfter(this::pass).size());
  }

  @Test
  void whatAsksForNoReplyIsNotTakenForWhatItIsSentWithin() throws Exception {
    listen(1);
    sent.leaves(new Delivery(ofThisProcess("peer", reply(1)), () -> {
      sent.leaves(new Delivery(ofThisProcess("another", null), () -> select("another")));
      select("peer");
    }));
    select("another"); // outside of any
    assertEquals(1, sent.size());
    leave("another");
    assertEquals(List.of(), failuresAfter(this::pass));
    leave("peer");
    assertEquals(1, failuresAfter(this::pass).size());
  }

  @Test
  void forgetsTheOldestOfVeryMany() {
    for (int i = 0; i < 3 * SentRequests.REMEMBERED; i++) {
      int number = i;
      sent.leaves(new Delivery(ofThisProcess("peer", reply(number)), () -> select("peer")));
      assertTrue(number % 10_000 != 0 || sent.size() <= 2 * SentRequests.REMEMBERED + 1);
    }
    assertTrue(sent.size() >= SentRequests.REMEMBERED, "the latest are there");
    answer(3 * SentRequests.REMEMBERED - 1);
    int left = sent.size();
    answer(3 * SentRequests.REMEMBERED - 1);
    assertEquals(left, sent.size());
  }

  @Test
  void forgetsAllInTheEnd() throws Exception {
    request("peer", 1);
    leave("peer");
    sent.unwatch();
    assertEquals(0, sent.size());
    assertEquals(List.of(), failuresAfter(this::pass));
    request("peer", 2);
    assertEquals(0, sent.size());
  }

  private void request(String node, int number) {
    listen(number);
    sent.leaves(new Delivery(ofThisProcess(node, reply(number)), () -> select(node)));
  }

  private void select(String node) {
    selector.selectForSend(node, (chosen, failure) -> assertEquals(node, chosen));
  }

  private void listen(int number) {
    vertx.eventBus().localConsumer(reply(number), message -> {
      synchronized (failures) {
        failures.add(message.body());
      }
    });
  }

  private void answer(int number) {
    sent.arrives(new Delivery(fromWire(reply(number), null), () -> { }));
  }

  private void leave(String nodeId) {
    gone.add(nodeId);
    Member member = new Member(nodeId, new Node(nodeId, new Endpoint("10.0.0.1", 5701)), Set.of());
    sent.changed(new MembershipChange.Left(member, "killed"));
  }

  private void pass() {
    List<Runnable> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(Runnable::run);
  }

  /** What has failed by now; whatever was sent before this has arrived. */
  private List<Object> failuresAfter(Runnable task) throws Exception {
    task.run();
    Promise<Void> after = Promise.promise();
    vertx.getOrCreateContext().runOnContext(after::complete); // that of the consumers, which is of this thread
    Await.await(after.future());
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  private static String reply(int number) {
    return "__vertx.reply." + number;
  }
}
