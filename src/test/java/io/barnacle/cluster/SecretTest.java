package io.barnacle.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {

  private static final String VALUE = "correct horse battery staple";
  private static final byte[] BYTES = VALUE.getBytes(StandardCharsets.UTF_8);

  @TempDir
  Path directory;

  private Secret file(String content, String permissions) throws Exception {
    Path file = directory.resolve("cookie");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return Secret.of("file:" + file);
  }

  private static String refusal(Secret secret) {
    return assertThrows(IllegalArgumentException.class, () -> secret.read(Map.of("SHORT", "psst"), false)).getMessage();
  }

  @Test
  void onesThatStandElsewhereKeepTheirTextForm() {
    for (String text : List.of("env:COOKIE", "file:/etc/cookie")) {
      assertEquals(text, Secret.of(text).toString());
      assertEquals(Secret.of(text), Secret.of(text));
      assertFalse(Secret.of(text).isInline());
    }
  }

  @Test
  void oneThatIsGivenItselfIsNeverShownAndReadBackInThisProcess() {
    Secret secret = Secret.of(VALUE);
    assertTrue(secret.isInline());
    assertTrue(secret.toString().matches("inline:[0-9a-f]{64}"), secret.toString());
    assertEquals(secret, Secret.of(secret.toString()));
    assertArrayEquals(BYTES, Secret.of(secret.toString()).read(false));
    ClusterOptions options = new ClusterOptions().setCookie(VALUE).setPreviousCookie("another horse, another staple");
    assertFalse((options + options.toJson().encode()).contains("horse"), "it is shown");
    assertFalse(secret.equals(Secret.of(VALUE + ".")));
    assertThrows(IllegalArgumentException.class, () -> Secret.of("inline:" + "0".repeat(64)));
  }

  @Test
  void anEnvironmentVariableIsTakenAsItIs() {
    assertArrayEquals(BYTES, Secret.of("env:C").read(Map.of("C", VALUE), false));
    assertTrue(refusal(Secret.of("env:NOT_THERE")).contains("\"env:NOT_THERE\": this environment variable is not set"));
  }

  @Test
  void theLineEndOfAFileIsNoPartOfIt() throws Exception {
    for (String end : List.of("", "\n", "\r\n")) {
      assertArrayEquals(BYTES, file(VALUE + end, "rw-------").read(false));
    }
    assertArrayEquals((VALUE + "\n").getBytes(StandardCharsets.UTF_8), file(VALUE + "\n\n", "rw-------").read(false));
  }

  @Test
  void aFileThatOthersMayReadIsRefusedUnlessThatIsMeant() throws Exception {
    for (String permissions : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Secret secret = file(VALUE, permissions);
      assertTrue(refusal(secret).contains("chmod 600"), permissions);
      assertArrayEquals(BYTES, secret.read(true));
    }
  }

  @Test
  void whatIsTooShortMissingOrNoSecretFileIsRefusedWithoutShowingIt() throws Exception {
    String given = assertThrows(IllegalArgumentException.class, () -> Secret.of("fifteen-bytes-.")).getMessage();
    assertTrue(given.startsWith("has 15 bytes"), given);
    assertFalse(given.contains("fifteen"), given);
    assertFalse(refusal(Secret.of("env:SHORT")).contains("psst"));
    assertTrue(refusal(file("short\n", "rw-------")).contains("has 5 bytes"));
    assertTrue(refusal(file("x".repeat(5_000), "rw-------")).contains("more than 4096 bytes"));
    assertTrue(refusal(Secret.of("file:" + directory)).contains("there is no such file"));
    assertTrue(refusal(Secret.of("file:" + directory.resolve("none"))).contains("there is no such file"));
    for (String nothing : List.of("env:", "file: ", "", "inline:")) {
      assertThrows(IllegalArgumentException.class, () -> Secret.of(nothing), nothing);
    }
  }
}
