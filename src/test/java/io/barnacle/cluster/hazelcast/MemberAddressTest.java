package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Endpoint;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemberAddressTest {

  @Test
  void advertisesAllThatOthersCanReachTheBestFirst() throws Exception {
    MemberAddress address = MemberAddress.any(addresses("::1", "fe80::1", "fd00::7", "127.0.0.1", "10.0.0.7"));
    assertEquals("10.0.0.7", address.host());
    assertTrue(address.bindAny());
    assertEquals(Set.of("10.0.0.7", "fd00::7"), address.hosts());
    assertEquals(Set.of(new Endpoint("10.0.0.7", 1), new Endpoint("fd00::7", 1)), address.endpoints(1));
  }

  @Test
  void advertisesIpv6WhereThereIsNothingElse() throws Exception {
    MemberAddress address = MemberAddress.any(addresses("::1", "127.0.0.1", "fe80::1", "fd00::7"));
    assertEquals(Set.of("fd00::7"), address.hosts());
  }

  @Test
  void advertisesLoopbackOnlyIfThatIsAll() throws Exception {
    assertEquals(Set.of("127.0.0.1"), MemberAddress.any(addresses("::1", "127.0.0.1")).hosts());
    assertEquals(Set.of("127.0.0.1"), MemberAddress.any(List.of()).hosts());
  }

  @Test
  void oneAddressIsAllOfIt() throws Exception {
    MemberAddress address = MemberAddress.only(InetAddress.getByName("127.0.0.1"));
    assertFalse(address.bindAny());
    assertEquals(Set.of(new Endpoint("127.0.0.1", 9)), address.endpoints(9));
    assertEquals(address.endpoints(9), address.ownEndpoints(9));
  }

  @Test
  void oneAddressClaimsThoseOfTheOtherFamilyBesideIt() throws Exception {
    List<InetAddress> local = addresses("::1", "fe80::1", "fd00::7", "127.0.0.1", "10.0.0.7");
    assertEquals(Set.of(new Endpoint("::1", 9)), spare("127.0.0.1", local));
    assertEquals(Set.of(new Endpoint("127.0.0.1", 9)), spare("::1", local));
    assertEquals(Set.of(new Endpoint("fd00::7", 9)), spare("10.0.0.7", local));
    assertEquals(Set.of(new Endpoint("10.0.0.7", 9)), spare("fd00::7", local));
    assertEquals(Set.of(), MemberAddress.any(local).spareEndpoints(9, local));
  }

  private static Set<Endpoint> spare(String host, List<InetAddress> local) throws Exception {
    return MemberAddress.only(InetAddress.getByName(host)).spareEndpoints(9, local);
  }

  @Test
  void listeningOnAllLoopbackLeadsToItselfToo() {
    assertTrue(MemberAddress.any().ownEndpoints(9).contains(new Endpoint("127.0.0.1", 9)));
  }

  @Test
  void seesTakenAndFreePorts() throws Exception {
    MemberAddress address = MemberAddress.only(InetAddress.getByName("127.0.0.1"));
    int port = address.tryPort(0);
    assertTrue(port > 0);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThrows(BindException.class, () -> address.tryPort(taken.getLocalPort()));
    }
  }

  @Test
  void knowsTheAddressesOfThisMachine() throws Exception {
    assertTrue(MemberAddress.isLocal(InetAddress.getByName("127.0.0.42")));
    assertFalse(MemberAddress.isLocal(InetAddress.getByName("192.0.2.1")));
  }

  private static List<InetAddress> addresses(String... literals) throws Exception {
    List<InetAddress> addresses = new java.util.ArrayList<>();
    for (String each : literals) {
      addresses.add(InetAddress.getByName(each));
    }
    return addresses;
  }
}
