package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.vertx.core.Vertx;

/**
 * An event bus that is encrypted, and on which nobody is heard without a certificate. After
 * {@code examples/tls/certificates.sh tls a b c} run {@code EncryptedBus tls a} in one terminal, and the same with b and c in
 * two others: they greet each other.
 */
public final class EncryptedBus {

  private EncryptedBus() {
  }

  /** The directory with the certificates, and the name of this node. */
  public static void main(String[] args) {
    String directory = args[0] + "/";
    String name = args[1];
    BarnacleOptions options = new BarnacleOptions()
        .setNode(new NodeOptions().setName(name))
        .setStrategy(new LocalEpmdOptions())
        .setEventBusTls(new TlsOptions(
            directory + name + "-cert.pem", directory + name + "-key.pem", directory + "ca.pem"));

    Barnacle.clusteredVertx(options)
        .onSuccess(vertx -> greet(vertx, name))
        .onFailure(Example::fail);
  }

  private static void greet(Vertx vertx, String name) {
    vertx.eventBus().<String>consumer("greetings", message -> System.out.println(message.body()));
    vertx.setPeriodic(500, timer -> vertx.eventBus().publish("greetings", "hello from " + name));
  }
}
