package io.barnacle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {

  @ParameterizedTest
  @CsvSource({
      "my_app@10.0.0.3:5701,                     my_app@10.0.0.3:5701",
      "my_app@10.0.0.3,                          my_app@10.0.0.3",
      "my_app@[fd00::1]:5701,                    my_app@[fd00::1]:5701",
      "my_app@fd00::1,                           my_app@fd00::1",
      "my_app@[fd00::1],                         my_app@fd00::1",
      "a@[2001:0DB8:0:0:0:0:0:1]:80,             a@[2001:db8::1]:80",
      "a@[2001:db8:0:0:1:0:0:1]:80,              a@[2001:db8::1:0:0:1]:80",
      "a@[2001:db8:0:1:1:1:1:1]:80,              a@[2001:db8:0:1:1:1:1:1]:80",
      "a@[::]:80,                                a@[::]:80",
      "a@[::1]:80,                               a@[::1]:80",
      "a@[::ffff:10.0.0.1]:80,                   a@10.0.0.1:80",
      "a@Host-A.Example.COM.:80,                 a@host-a.example.com:80",
  })
  void printsCanonically(String text, String canonical) {
    assertEquals(canonical, Node.parse(text).toString());
    assertEquals(canonical, Node.parse(canonical).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "", "@", "a", "a@", "@b", "a@b@c", "a@b:0", "a@b:65536", "a@b:x", "a@b:", "a@[fd00::1", "a@[fd00::1]x",
      "a@[10.0.0.1]:5", "a@[fd00::g]:5", "a@b c:1", "a b@c:1", "a@b:-1", "a@b/c", "a@b:00000080", "a@.", "a@[]:1"})
  void refusesWhatIsNoNode(String text) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Node.parse(text));
    assertTrue(refused.getMessage().startsWith("\"" + text + "\" is not basename@host[:port]"), refused.getMessage());
  }

  @Test
  void isEqualByEndpointNotByName() {
    assertEquals(Node.parse("a@[FD00:0::1]:1"), Node.parse("b@[fd00::1]:1"));
    assertEquals(1, Set.of(Node.parse("a@10.0.0.1:1")).size());
    assertNotEquals(Node.parse("a@10.0.0.1:1"), Node.parse("a@10.0.0.1:2"));
    assertNotEquals(Node.parse("a@10.0.0.1"), Node.parse("a@10.0.0.1:5701"));
  }

  @Test
  void aMemberIsKnownByEachOfItsEndpoints() {
    Member member = new Member("id", Node.parse("a@10.0.0.1:5701"), Set.of(new Endpoint("fd00::1", 5701)));
    assertTrue(member.is(Node.parse("x@10.0.0.1:5701")));
    assertTrue(member.is(Node.parse("x@[fd00::1]:5701")));
    assertFalse(member.is(Node.parse("x@[fd00::1]:5702")));
  }

  @Provide
  Arbitrary<byte[]> addresses() {
    return Arbitraries.of(4, 16).flatMap(length -> Arbitraries.bytes().array(byte[].class).ofSize(length));
  }

  @Property
  void everyAddressRoundTrips(@ForAll("addresses") byte[] address) throws Exception {
    Node node = new Node("n", Endpoint.of(InetAddress.getByAddress(address), 5701));
    assertEquals(node, Node.parse(node.toString()));
    assertEquals(InetAddress.getByAddress(address), InetAddress.getByName(node.host()));
  }

  @Property
  void anyTextIsRefusedOrRoundTrips(@ForAll String text) {
    try {
      Node node = Node.parse(text);
      assertEquals(node, Node.parse(node.toString()));
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().contains("is not basename@host[:port]"));
    }
  }
}
