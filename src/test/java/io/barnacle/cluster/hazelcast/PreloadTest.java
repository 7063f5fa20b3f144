package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PreloadTest {

  static Stream<String> roots() {
    return Stream.concat(Preload.ROOTS.stream(), Preload.CLIENT_ROOTS.stream());
  }

  @ParameterizedTest
  @MethodSource("roots")
  void thePinnedHazelcastHasEachClass(String name) {
    assertDoesNotThrow(() -> Class.forName(name, false, PreloadTest.class.getClassLoader()));
  }

  @Test
  void ends() {
    Preload.beginClients();
    Preload.await();
    assertNull(Preload.failure());
  }
}
