package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Endpoint;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkCheckTest {

  private final Vertx vertx = Vertx.vertx();
  private final LinkCheck links = new LinkCheck(new MemberProbe(vertx, "links"));

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void allAnswer() throws InterruptedException {
    assertTrue(links.reachesAll(Set.of(member(true), member(true)), none -> false));
    assertTrue(links.reachesAll(Set.of(), none -> false));
  }

  @Test
  void oneIsSilent() throws InterruptedException {
    Endpoint silent = member(false);
    assertFalse(links.reachesAll(Set.of(member(true), silent), none -> false));
    assertTrue(links.reachesAll(Set.of(member(true), silent), silent::equals), "who is connected is not asked");
  }

  @Test
  void oneIsNotThere() throws Exception {
    assertFalse(links.reachesAll(Set.of(member(true), new Endpoint("127.0.0.1", FreePort.next())), none -> false));
  }

  /** Somebody who listens, and greets as a member does or says nothing. */
  private Endpoint member(boolean greets) {
    int port = vertx.createNetServer()
        .connectHandler(greets ? socket -> socket.handler(socket::write) : NetSocket::resume)
        .listen(0, "127.0.0.1").await().actualPort();
    return new Endpoint("127.0.0.1", port);
  }
}
