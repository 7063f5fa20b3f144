package io.barnacle.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark's rolling restart, small: each of three nodes gets SIGTERM and is started again, under 500 requests/s. */
class RollingRestartIT {

  @Test
  void losesNoRequest(@TempDir Path directory) throws Exception {
    JsonObject counted = Rolling.measure(Engine.BARNACLE, 3, 1, directory);
    assertTrue(counted.getInteger("sent") > 2_000, () -> "too few to say anything: " + counted.getInteger("sent"));
    assertEquals(0, counted.getInteger("failed"), counted::encode);
  }
}
