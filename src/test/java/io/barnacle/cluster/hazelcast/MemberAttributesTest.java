package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.version.MemberVersion;
import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MemberAttributesTest {

  private final UUID uuid = UUID.randomUUID();

  @Test
  void whatOneMemberWritesTheOthersRead() throws Exception {
    Node node = Node.parse("shop@10.0.0.7:5702");
    Endpoint v6 = new Endpoint("fd00::7", 5702);
    Member member = read(MemberAttributes.of("id-1", node, Set.of(node.endpoint(), v6), Set.of()));
    assertEquals("id-1", member.nodeId());
    assertEquals("shop@10.0.0.7:5702", member.node().toString());
    assertEquals(Set.of(node.endpoint(), v6), member.endpoints());
  }

  @Test
  void aPlainVertxMemberGoesByItsAddress() throws Exception {
    Member member = read(Map.of(MemberAttributes.NODE_ID, "id-2"));
    assertEquals("id-2", member.nodeId());
    assertEquals("hazelcast@10.0.0.7:5702", member.node().toString());
  }

  @Test
  void aMemberWithoutVertxGoesByItsHazelcastId() throws Exception {
    assertEquals(uuid.toString(), read(Map.of()).nodeId());
  }

  @Test
  void whatCannotBeReadIsLeftOut() throws Exception {
    Member member = read(Map.of(
        MemberAttributes.NODE, "no node", MemberAttributes.ENDPOINTS, "10.0.0.7:5702,???,[fd00::7]:5702"));
    assertEquals("hazelcast@10.0.0.7:5702", member.node().toString());
    assertEquals(Set.of(new Endpoint("10.0.0.7", 5702), new Endpoint("fd00::7", 5702)), member.endpoints());
  }

  @Test
  void theOthersReadWhereItMayBeListedInVain() throws Exception {
    Node node = Node.parse("shop@10.0.0.7:5702");
    Set<Endpoint> spare = Set.of(new Endpoint("fd00::7", 5702), new Endpoint("fd00::8", 5702));
    assertEquals(spare, MemberAttributes.spareOf(
        hazelcast(MemberAttributes.of("id-1", node, Set.of(node.endpoint()), spare))));
    assertEquals(Set.of(), MemberAttributes.spareOf(
        hazelcast(MemberAttributes.of("id-1", node, Set.of(node.endpoint()), Set.of()))));
    assertEquals(Set.of(), MemberAttributes.spareOf(hazelcast(Map.of())));
  }

  private Member read(Map<String, String> attributes) throws Exception {
    return MemberAttributes.read(hazelcast(attributes));
  }

  private MemberImpl hazelcast(Map<String, String> attributes) throws Exception {
    return new MemberImpl.Builder(new Address("10.0.0.7", 5702))
        .version(MemberVersion.of(5, 6, 0)).uuid(uuid).attributes(new HashMap<>(attributes)).build();
  }
}
