package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {

  @Test
  void runsOneAfterTheOtherAndGoesOnAfterAFailure() {
    Lifecycle lifecycle = new Lifecycle();
    List<String> ran = new ArrayList<>();
    Promise<Void> slow = Promise.promise();
    Future<Void> first = lifecycle.enqueue(() -> {
      ran.add("first");
      return slow.future();
    });
    Future<Void> second = lifecycle.enqueue(() -> {
      ran.add("second");
      throw new IllegalStateException("a bug");
    });
    Future<Void> third = lifecycle.enqueue(() -> {
      ran.add("third");
      return Future.succeededFuture();
    });
    assertEquals(List.of("first"), ran);
    slow.fail("not this time");
    assertTrue(first.failed() && second.failed() && third.succeeded());
    assertEquals(List.of("first", "second", "third"), ran);
  }
}
