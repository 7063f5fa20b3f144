package io.barnacle.strategy.dns;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A process that is a node and prints every event of its own, each on a line: {@code event} and its JSON; and with each what
 * the JVM's own cache of names has.
 */
final class DnsNodeMain {

  private DnsNodeMain() {
  }

  /** The configuration as JSON. */
  public static void main(String[] args) {
    BarnacleOptions options = BarnacleOptions.fromJson(new JsonObject(args[0]))
        .setListener(event -> {
          System.out.println(DnsNodeProcess.EVENT + event.toJson().encode());
          System.out.println(DnsNodeProcess.JVM_CACHE + String.join(" ", cachedByTheJvm()));
        });
    Barnacle.clusteredVertx(options).onFailure(cause -> {
      cause.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
  }

  /** The names that anything in this process had the JVM look up, with or without success. */
  private static Set<String> cachedByTheJvm() {
    try {
      Field cache = InetAddress.class.getDeclaredField("cache");
      cache.setAccessible(true); // needs --add-opens java.base/java.net
      Set<String> names = new TreeSet<>();
      ((Map<?, ?>) cache.get(null)).keySet().forEach(name -> names.add(name.toString()));
      return names;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM keeps its names elsewhere", e);
    }
  }
}
