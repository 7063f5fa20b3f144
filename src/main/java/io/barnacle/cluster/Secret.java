package io.barnacle.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret, or where to find one: {@code env:NAME}, {@code file:PATH}, or the secret itself. Its text form shows the place,
 * never the secret: for one that is given itself it is {@code inline:} with a mark that only this process understands.
 */
public final class Secret {

  /** The least bytes of a secret; {@code openssl rand -hex 32} makes one of 64. */
  public static final int LEAST = 16;

  private static final String ENV = "env:";
  private static final String FILE = "file:";
  private static final String INLINE = "inline:";
  private static final long LARGEST = 4_096;
  private static final byte[] PROCESS_KEY = new byte[32];
  /** Secrets given themselves, by their mark; a process has a few of them. */
  private static final Map<String, byte[]> INLINE_SECRETS = new ConcurrentHashMap<>();

  static {
    new SecureRandom().nextBytes(PROCESS_KEY);
  }

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /**
   * Reads the form that a configuration has.
   *
   * @throws IllegalArgumentException if it names no place, or is itself a secret of less than {@value #LEAST} bytes; the
   *     message shows nothing of it
   */
  public static Secret of(String given) {
    if (given.startsWith(ENV) || given.startsWith(FILE)) {
      if (given.substring(given.indexOf(':') + 1).isBlank()) {
        throw new IllegalArgumentException("names nothing; give env:NAME or file:PATH");
      }
      return new Secret(given);
    }
    if (given.startsWith(INLINE)) {
      if (!INLINE_SECRETS.containsKey(given)) {
        throw new IllegalArgumentException("is the mark of a secret that another process had, not a secret;"
            + " give env:NAME or file:PATH");
      }
      return new Secret(given);
    }
    byte[] secret = requireLength(given.getBytes(StandardCharsets.UTF_8));
    String mark = INLINE + markOf(secret);
    INLINE_SECRETS.putIfAbsent(mark, secret);
    return new Secret(mark);
  }

  /** Whether it is the secret itself that was given, and so stands in the configuration. */
  public boolean isInline() {
    return text.startsWith(INLINE);
  }

  /**
   * Fetches the secret. Blocks for a file.
   *
   * @param fileMayBeShared whether users besides the owner may have access to the file
   * @throws IllegalArgumentException if there is none, it has less than {@value #LEAST} bytes, or its file is open to others;
   *     the message says what to do, and shows nothing of it
   */
  public byte[] read(boolean fileMayBeShared) {
    return read(System.getenv(), fileMayBeShared);
  }

  byte[] read(Map<String, String> environment, boolean fileMayBeShared) {
    if (isInline()) {
      return INLINE_SECRETS.get(text).clone();
    }
    if (text.startsWith(ENV)) {
      String value = environment.get(text.substring(ENV.length()));
      if (value == null) {
        throw new IllegalArgumentException("\"" + text + "\": this environment variable is not set");
      }
      return checked(value.getBytes(StandardCharsets.UTF_8));
    }
    return checked(withoutNewline(fileContent(fileMayBeShared)));
  }

  private byte[] fileContent(boolean mayBeShared) {
    try {
      Path path = Path.of(text.substring(FILE.length()));
      if (!Files.isRegularFile(path)) {
        throw new IllegalArgumentException("\"" + text + "\": there is no such file, or it is none");
      }
      if (Files.size(path) > LARGEST) {
        throw new IllegalArgumentException("\"" + text + "\": has more than " + LARGEST + " bytes; is it the right file?");
      }
      if (!mayBeShared && isOpenToOthers(path)) {
        throw new IllegalArgumentException("\"" + text + "\": others than its owner have access to it; \"chmod 600\" it, or"
            + " set cluster.cookieFileMayBeShared to true");
      }
      return Files.readAllBytes(path);
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw new IllegalArgumentException("\"" + text + "\": cannot be read: " + e, e);
    }
  }

  private static boolean isOpenToOthers(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return false; // where permissions are of another kind there is nothing to look at
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    return permissions.stream().anyMatch(each -> !each.name().startsWith("OWNER_"));
  }

  /** Without the line end that editors and {@code echo} add. */
  private static byte[] withoutNewline(byte[] content) {
    int end = content.length;
    if (end > 0 && content[end - 1] == '\n') {
      end--;
    }
    if (end > 0 && content[end - 1] == '\r') {
      end--;
    }
    return Arrays.copyOf(content, end);
  }

  private byte[] checked(byte[] secret) {
    try {
      return requireLength(secret);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\": " + e.getMessage());
    }
  }

  private static byte[] requireLength(byte[] secret) {
    if (secret.length < LEAST) {
      throw new IllegalArgumentException("has " + secret.length + " bytes, which is too short for a secret: give at least "
          + LEAST + " that are random, for example from \"openssl rand -hex 32\"");
    }
    return secret;
  }

  private static String markOf(byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(PROCESS_KEY, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The place, or a mark; {@link #of} reads it back in this process. */
  @Override
  public String toString() {
    return text;
  }
}
