package io.barnacle.strategy.dns;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.vertx.core.json.JsonObject;

/** A process that is a node and prints every event of its own, each on a line: {@code event} and its JSON. */
final class DnsNodeMain {

  private DnsNodeMain() {
  }

  /** The configuration as JSON. */
  public static void main(String[] args) {
    BarnacleOptions options = BarnacleOptions.fromJson(new JsonObject(args[0]))
        .setListener(event -> System.out.println(DnsNodeProcess.EVENT + event.toJson().encode()));
    Barnacle.clusteredVertx(options).onFailure(cause -> {
      cause.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
  }
}
