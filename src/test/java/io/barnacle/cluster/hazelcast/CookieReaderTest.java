package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.ClusterOptions;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieReaderTest {

  private static MemberAddress at(String host) throws Exception {
    return MemberAddress.only(InetAddress.getByName(host));
  }

  private static String refusal(ClusterOptions options, MemberAddress address) {
    return assertThrows(ClusterException.EngineFailed.class, () -> CookieReader.read(options, address)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
  void loopbackNeedsNoCookie(String host) throws Exception {
    assertEquals(Optional.empty(), CookieReader.read(new ClusterOptions(), at(host)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "0.0.0.0", "fd00::1", "169.254.1.1"})
  void elsewhereThereHasToBeOneOrAnOpenAdmission(String host) throws Exception {
    String message = refusal(new ClusterOptions(), at(host));
    for (String way : new String[] {"cluster.cookie: is missing", "node.host to 127.0.0.1", "cluster.insecure"}) {
      assertTrue(message.contains(way), message);
    }
    assertEquals(Optional.empty(), CookieReader.read(new ClusterOptions().setInsecure(true), at(host)));
    assertTrue(CookieReader.read(new ClusterOptions().setCookie("sixteen-bytes-ok"), at(host)).isPresent());
  }

  @Test
  void everyAddressIsNotLoopback() {
    assertTrue(refusal(new ClusterOptions(), MemberAddress.any()).contains("every address of this machine"));
  }

  @Test
  void whatCannotBeReadIsToldWithItsKey() throws Exception {
    ClusterOptions missing = new ClusterOptions().setCookie("env:SURELY_NOT_SET_ANYWHERE");
    assertTrue(refusal(missing, at("::1")).startsWith("cluster.cookie: \"env:SURELY_NOT_SET_ANYWHERE\": "));
    missing.setCookie("sixteen-bytes-ok").setPreviousCookie("file:/no/such/file");
    String message = refusal(missing, at("::1"));
    assertTrue(message.startsWith("cluster.previousCookie: \"file:/no/such/file\": "), message);
    assertFalse(message.contains("sixteen"), message);
  }

  @Test
  void aPreviousCookieAloneIsAMistake() throws Exception {
    assertTrue(refusal(new ClusterOptions().setPreviousCookie("sixteen-bytes-ok"), at("::1")).contains("cluster.cookie"));
  }
}
