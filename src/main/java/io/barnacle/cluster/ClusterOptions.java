package io.barnacle.cluster;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** Which cluster this node belongs to: the {@code cluster} part of the configuration. */
public final class ClusterOptions {

  /** Default of {@link #getName()}. */
  public static final String DEFAULT_NAME = "barnacle";

  /** Default of {@link #getRegistry()}. */
  public static final RegistryMode DEFAULT_REGISTRY = RegistryMode.REPLICATED;

  private static final Pattern CLASSES = Pattern.compile("\\*|[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*\\.?");

  private String name = DEFAULT_NAME;
  private String hazelcastConfig;
  private RegistryMode registry = DEFAULT_REGISTRY;
  private Secret cookie;
  private Secret previousCookie;
  private boolean cookieFileMayBeShared;
  private boolean insecure;
  private List<String> allowedClasses = List.of();

  /** All defaults. */
  public ClusterOptions() {
  }

  /** A copy. */
  public ClusterOptions(ClusterOptions other) {
    this.name = other.name;
    this.hazelcastConfig = other.hazelcastConfig;
    this.registry = other.registry;
    this.cookie = other.cookie;
    this.previousCookie = other.previousCookie;
    this.cookieFileMayBeShared = other.cookieFileMayBeShared;
    this.insecure = other.insecure;
    this.allowedClasses = other.allowedClasses;
  }

  /** The name that all nodes of a cluster share; others are strangers. */
  public String getName() {
    return name;
  }

  /**
   * Sets the name of the cluster, not blank. Default {@value #DEFAULT_NAME}.
   *
   * @throws IllegalArgumentException if blank
   */
  public ClusterOptions setName(String name) {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("a cluster name is not blank");
    }
    this.name = name;
    return this;
  }

  /** Path of a Hazelcast XML or YAML file to start from, or null. */
  public String getHazelcastConfig() {
    return hazelcastConfig;
  }

  /**
   * Sets the path of a Hazelcast configuration (XML or YAML, a file or a resource on the class path) on which Barnacle's
   * own settings (cluster name, addresses, discovery, healing) are put. Default none.
   */
  public ClusterOptions setHazelcastConfig(String hazelcastConfig) {
    this.hazelcastConfig = hazelcastConfig;
    return this;
  }

  /** How the event-bus registrations are kept. */
  public RegistryMode getRegistry() {
    return registry;
  }

  /** Sets how the event-bus registrations are kept, the same on all nodes of a cluster. Default {@link #DEFAULT_REGISTRY}. */
  public ClusterOptions setRegistry(RegistryMode registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
    return this;
  }

  /** The secret that all nodes of the cluster share, or null. */
  public Secret getCookie() {
    return cookie;
  }

  /**
   * Sets the secret that all nodes of the cluster share: a connection to the member port on which the other side does not
   * prove to have it is closed. Default none: then a node listens on loopback only. See {@link Secret#of} for its forms;
   * it is read when the node joins.
   *
   * @param cookie null for none
   */
  public ClusterOptions setCookie(Secret cookie) {
    this.cookie = cookie;
    return this;
  }

  /**
   * Sets the secret that all nodes of the cluster share: {@code env:NAME}, {@code file:PATH}, or (with a warning) itself.
   *
   * @throws IllegalArgumentException if that is none of these, or too short
   */
  public ClusterOptions setCookie(String cookie) {
    return setCookie(Secret.of(cookie));
  }

  /** A second secret that is accepted and shown as well, or null. */
  public Secret getPreviousCookie() {
    return previousCookie;
  }

  /**
   * Sets a second secret that is accepted and shown as well. Default none. Two nodes get on if they have one secret in
   * common. So, to change the cookie of a running cluster, restart its nodes one after the other with the new one as the
   * cookie and the old one as the previous; when all have both, restart them again without the previous one.
   *
   * @param previousCookie null for none
   */
  public ClusterOptions setPreviousCookie(Secret previousCookie) {
    this.previousCookie = previousCookie;
    return this;
  }

  /**
   * Sets a second secret from its text form.
   *
   * @throws IllegalArgumentException if that is no such form, or too short
   */
  public ClusterOptions setPreviousCookie(String previousCookie) {
    return setPreviousCookie(Secret.of(previousCookie));
  }

  /** Whether others than its owner may have access to the file of a cookie. */
  public boolean isCookieFileMayBeShared() {
    return cookieFileMayBeShared;
  }

  /**
   * Sets whether others than its owner may have access to the file of a cookie. Default false: such a file is refused.
   * Secrets that Kubernetes mounts are readable by all unless {@code defaultMode} says otherwise.
   */
  public ClusterOptions setCookieFileMayBeShared(boolean cookieFileMayBeShared) {
    this.cookieFileMayBeShared = cookieFileMayBeShared;
    return this;
  }

  /** Whether a node without cookie may listen on other addresses than loopback. */
  public boolean isInsecure() {
    return insecure;
  }

  /**
   * Sets whether a node without cookie may listen on other addresses than loopback. Default false. If true, whoever reaches
   * the port and guesses the cluster's name is a member, reads everything and can run code by it.
   */
  public ClusterOptions setInsecure(boolean insecure) {
    this.insecure = insecure;
    return this;
  }

  /** Which classes of the application may be made of what other nodes send. */
  public List<String> getAllowedClasses() {
    return allowedClasses;
  }

  /**
   * Sets which classes of the application may be made of what other nodes send, for those who put objects of their own
   * classes into async maps or use Hazelcast themselves. Default none: Vert.x's and Hazelcast's own classes, text, numbers,
   * dates, collections and common exceptions are allowed, everything else fails with a {@link ClusterException.ClassRefused}.
   * The same on all nodes. A node that has a foe in its cluster, or in whose maps a foe can write, may be made to run his
   * code by a class that is allowed and careless with what it reads: allow few.
   *
   * @param allowedClasses packages with a dot at the end ({@code com.example.}, and all below), classes, or {@code *} for
   *     every class
   * @throws IllegalArgumentException if one is none of these
   */
  public ClusterOptions setAllowedClasses(List<String> allowedClasses) {
    for (String each : allowedClasses) {
      requireClasses(each);
    }
    this.allowedClasses = List.copyOf(allowedClasses);
    return this;
  }

  /**
   * Checks one of {@link #setAllowedClasses}.
   *
   * @return the same
   * @throws IllegalArgumentException if it is neither a package, nor a class, nor {@code *}
   */
  public static String requireClasses(String text) {
    if (!CLASSES.matcher(text).matches()) {
      throw new IllegalArgumentException("is neither a package with a dot at the end (com.example.), nor a class, nor *");
    }
    return text;
  }

  /** The JSON form; of a cookie it has the place, or a mark that {@link Secret#of} understands in this process. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("name", name).put("registry", registry.name().toLowerCase(Locale.ROOT));
    if (hazelcastConfig != null) {
      json.put("hazelcastConfig", hazelcastConfig);
    }
    if (cookie != null) {
      json.put("cookie", cookie.toString());
    }
    if (previousCookie != null) {
      json.put("previousCookie", previousCookie.toString());
    }
    return json.put("cookieFileMayBeShared", cookieFileMayBeShared).put("insecure", insecure)
        .put("allowedClasses", new JsonArray(allowedClasses));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterOptions && toJson().equals(((ClusterOptions) other).toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, hazelcastConfig, registry, cookie, previousCookie, cookieFileMayBeShared, insecure,
        allowedClasses);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
