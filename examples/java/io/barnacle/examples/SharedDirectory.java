package io.barnacle.examples;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.vertx.core.json.JsonObject;

/**
 * A strategy of one's own, {@link SharedDirectoryOptions}, from a configuration: nodes find each other through files in a
 * directory. Run {@code SharedDirectory /tmp/nodes} in several terminals. With {@code service} as the second argument the
 * strategy is found under its own type name, as one from a third party's jar would be: it needs {@code examples/resources}
 * on the class path, which names its provider.
 */
public final class SharedDirectory {

  private SharedDirectory() {
  }

  /** The directory, then {@code class} (the default) or {@code service}. */
  public static void main(String[] args) {
    JsonObject strategy = args.length > 1 && args[1].equals("service")
        ? new JsonObject().put("type", "shared_directory")
        : new JsonObject().put("type", "custom").put("class", "io.barnacle.examples.SharedDirectoryOptions");
    JsonObject config = new JsonObject()
        .put("node", new JsonObject().put("host", "127.0.0.1").put("port", 0))
        .put("strategy", strategy.put("directory", args[0]).put("maxAgeMs", 15_000));
    BarnacleOptions options = BarnacleOptions.fromJson(config)
        .setListener(event -> System.out.println(event.toJson()));

    Barnacle.clusteredVertx(options).onFailure(Example::fail);
  }
}
