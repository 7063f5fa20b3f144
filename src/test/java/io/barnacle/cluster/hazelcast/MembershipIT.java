package io.barnacle.cluster.hazelcast;

import static io.barnacle.testkit.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.config.Config;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.testkit.FixedNodesOptions;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The members of real engines, by their endpoints. */
class MembershipIT {

  private final Setup setup = new Setup(new NodeOptions(),
      new ClusterOptions().setName("membership-" + UUID.randomUUID()), new FixedNodesOptions(FixedNodesOptions.json()));
  private final List<Engine> engines = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final Workers workers = new Workers("membership-it", 1, (ContextInternal) vertx.getOrCreateContext());

  @AfterEach
  void end() throws Exception {
    engines.forEach(Engine::kill);
    workers.close();
    await(vertx.close());
  }

  @Test
  void aMembersOwnEndpointGoesBeforeALearnedOne() throws Exception {
    Node a = node();
    Node b = node();
    Engine first = start(a, Set.of());
    Membership membership = new Membership(Runnable::run);
    membership.follow(first);
    Member memberA = membership.at(a.endpoint()).orElseThrow();
    Endpoint alias = new Endpoint("192.0.2.1", 5701);
    membership.learn(alias, memberA);
    membership.learn(b.endpoint(), memberA);
    assertEquals(Optional.of(memberA), membership.at(alias));
    assertEquals(Optional.of(memberA), membership.at(b.endpoint()));

    start(b, Set.of(a.endpoint()));
    Awaitility.await().until(() -> membership.members().size() == 2);
    assertEquals(b.toString(), membership.at(b.endpoint()).map(Member::nodeId).orElseThrow());
    assertEquals(Optional.of(memberA), membership.at(alias));
  }

  private Engine start(Node node, Set<Endpoint> peers) {
    PeerFeed feed = new PeerFeed(() -> System.nanoTime() / 1_000_000);
    feed.offer(peers);
    Config config = EngineConfig.complete(new Config(), setup, MemberAddress.only(InetAddress.getLoopbackAddress()),
        node.port(), MemberAttributes.of(node.toString(), node, Set.of(), Set.of()), feed);
    Engine engine = Engine.start(config, null, feed, new JoinNudger(workers, () -> null));
    engines.add(engine);
    return engine;
  }

  private static Node node() throws IOException {
    return new Node("it", new Endpoint("127.0.0.1", FreePort.next()));
  }
}
