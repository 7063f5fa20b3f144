package io.barnacle.cluster.registry;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The next few of all addresses in their order, for people who page through them. However many are offered, no more are kept than
 * the page has. Not thread-safe.
 */
public final class AddressPage {

  /** The most characters of addresses on a page, the first one apart. */
  private static final int CHARS_AT_MOST = 512 * 1024;

  private final String after;
  private final int limit;
  private final TreeSet<String> kept = new TreeSet<>();
  private boolean more;

  /**
   * An empty page.
   *
   * @param after the address before it, null for the first page
   * @param limit how many addresses it has at most, positive
   */
  public AddressPage(String after, int limit) {
    this.after = after;
    this.limit = limit;
  }

  /** Takes of these what belongs on the page. */
  public AddressPage offer(Iterable<String> addresses) {
    for (String each : addresses) {
      if (after == null || each.compareTo(after) > 0) {
        if (kept.size() < limit || each.compareTo(kept.last()) < 0) {
          kept.add(each);
        } else {
          more |= !each.equals(kept.last());
        }
        if (kept.size() > limit) {
          kept.pollLast();
          more = true;
        }
      }
    }
    return this;
  }

  /**
   * The JSON form: {@code addresses}, each with its {@code address}, the {@code nodes} that consume it with how many consumers
   * each has there, and how many of this process are {@code local} to it; {@code next}, the {@code after} of the next page, if
   * there is one.
   */
  public JsonObject toJson(Function<String, List<RegistrationInfo>> lookUp) {
    JsonArray addresses = new JsonArray();
    String last = null;
    int chars = 0;
    boolean cut = more;
    for (String each : kept) {
      chars += each.length();
      if (chars > CHARS_AT_MOST && last != null) {
        cut = true;
        break;
      }
      last = each;
      addresses.add(entry(each, lookUp.apply(each)));
    }
    JsonObject json = new JsonObject().put("addresses", addresses);
    return cut ? json.put("next", last) : json;
  }

  private static JsonObject entry(String address, List<RegistrationInfo> registrations) {
    Map<String, Integer> nodes = new TreeMap<>();
    int local = 0;
    for (RegistrationInfo each : registrations) {
      if (each.localOnly()) {
        local++;
      } else {
        nodes.merge(each.nodeId(), 1, Integer::sum);
      }
    }
    JsonObject consumers = new JsonObject();
    nodes.forEach(consumers::put);
    JsonObject entry = new JsonObject().put("address", address).put("nodes", consumers);
    return local == 0 ? entry : entry.put("local", local);
  }
}
