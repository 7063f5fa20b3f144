package io.barnacle.cluster;

import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Objects;

/**
 * TLS for the event bus, with certificates on both sides: the {@code eventBus.tls} part of the configuration. All three are
 * paths of PEM files, as Vert.x finds files: in the working directory, then on the class path. They are read when the node
 * joins, so a certificate is changed by a restart; all of a cluster's nodes have TLS, or none has.
 *
 * <p>Decision: whoever has a certificate that {@code ca} has signed is a node of the cluster, whatever name is in it. Vert.x
 * does not compare names on the event bus, and addresses that come and go could not be in certificates that last. So let
 * this CA sign for nothing else.
 */
public final class TlsOptions {

  private final String cert;
  private final String key;
  private final String ca;

  /**
   * What a node needs.
   *
   * @param cert path of this node's certificate, followed by those between it and the CA, if there are any
   * @param key path of its private key, RSA or EC, not encrypted
   * @param ca path of the certificates, one or more, whose signature makes a certificate one of this cluster
   * @throws IllegalArgumentException if one is blank
   */
  public TlsOptions(String cert, String key, String ca) {
    this.cert = path(cert, "cert");
    this.key = path(key, "key");
    this.ca = path(ca, "ca");
  }

  private static String path(String path, String key) {
    if (Objects.requireNonNull(path, key).isBlank()) {
      throw new IllegalArgumentException(key + " is blank; give the path of a PEM file");
    }
    return path;
  }

  /** Path of this node's certificate. */
  public String getCert() {
    return cert;
  }

  /** Path of its private key. */
  public String getKey() {
    return key;
  }

  /** Path of the certificates of those who may sign the others'. */
  public String getCa() {
    return ca;
  }

  /**
   * Sets up an event bus: encrypted, and both sides of a connection must have a certificate of the CA. Options with TLS of
   * their own are left as they are, see {@link #isIn}.
   *
   * @return the same options
   */
  public EventBusOptions applyTo(EventBusOptions options) {
    if (options.isSsl()) {
      return options;
    }
    return options.setSsl(true)
        .setKeyCertOptions(keyCert())
        .setTrustOptions(trust())
        .setTrustAll(false) // Vert.x's default is true here
        .setClientAuth(ClientAuth.REQUIRED);
  }

  /** Whether an event bus has been set up by {@link #applyTo} with these files, and nobody has weakened it since. */
  public boolean isIn(EventBusOptions options) {
    return options.isSsl() && options.getClientAuth() == ClientAuth.REQUIRED && !options.isTrustAll()
        && options.getKeyCertOptions() instanceof PemKeyCertOptions given && given.toJson().equals(keyCert().toJson())
        && options.getTrustOptions() instanceof PemTrustOptions trusted && trusted.toJson().equals(trust().toJson());
  }

  private PemKeyCertOptions keyCert() {
    return new PemKeyCertOptions().setCertPath(cert).setKeyPath(key);
  }

  private PemTrustOptions trust() {
    return new PemTrustOptions().addCertPath(ca);
  }

  /** The JSON form; paths are no secrets. */
  public JsonObject toJson() {
    return new JsonObject().put("cert", cert).put("key", key).put("ca", ca);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlsOptions that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return Objects.hash(cert, key, ca);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
