package io.barnacle.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark's rolling restart, small: each of three nodes gets SIGTERM and is started again, under 500 requests/s. */
class RollingRestartIT {

  @Test
  void losesNoRequest(@TempDir Path directory) throws Exception {
    assertNoneFailed(Rolling.measure(Engine.BARNACLE, 3, 1, directory));
  }

  /** As the README says: all get the new cookie beside the old one, one after the other, and then the new one alone. */
  @Test
  void losesNoRequestWhileTheCookieIsChanged(@TempDir Path directory) throws Exception {
    JsonObject before = new JsonObject().put("cookie", "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
    JsonObject after = new JsonObject().put("cookie", "f0e1d2c3b4a5968778695a4b3c2d1e0f");
    JsonObject both = after.copy().put("previousCookie", before.getString("cookie"));
    assertNoneFailed(Rolling.measure(Engine.BARNACLE, 2, both, List.of(before, both, after), directory));
  }

  private static void assertNoneFailed(JsonObject counted) {
    assertTrue(counted.getInteger("sent") > 2_000, () -> "too few to say anything: " + counted.getInteger("sent"));
    assertEquals(0, counted.getInteger("failed"), counted::encode);
  }
}
