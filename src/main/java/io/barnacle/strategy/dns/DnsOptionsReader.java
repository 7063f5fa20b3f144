package io.barnacle.strategy.dns;

import io.barnacle.internal.JsonReader;
import io.barnacle.node.Endpoint;
import io.barnacle.strategy.InvalidOptionsException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@link DnsOptions}, all faults at once. */
final class DnsOptionsReader {

  private DnsOptionsReader() {
  }

  static DnsOptions read(JsonObject json) {
    List<String> faults = new ArrayList<>();
    JsonReader in = new JsonReader(json, "", faults).know("type");
    DnsOptions options = new DnsOptions();
    in.set("basename", in.string("basename"), options::setBasename);
    in.set("hostname", in.string("hostname"), options::setHostname);
    if (json.getValue("hostname") == null) {
      readHostnames(in, faults, options);
    } else if (in.list("hostnames", each -> each).isPresent()) {
      in.fault("hostnames", "is given beside hostname; give one of them");
    }
    in.set("records", in.word("records", DnsRecords.class), options::setRecords);
    in.set("port", in.integer("port"), options::setPort);
    in.set("timeoutMs", in.durationMs("timeoutMs"), options::setTimeout);
    in.strings("servers", DnsOptions::parseServer)
        .ifPresent(servers -> options.setServers(servers.stream().map(Endpoint::toString).toList()));
    in.strings("search", DnsOptions::parseDomain).ifPresent(options::setSearch);
    in.set("ndots", in.integer("ndots"), options::setNdots);
    in.set("resolvConf", in.string("resolvConf"), options::setResolvConf);
    in.set("cache", in.bool("cache"), options::setCache);
    in.set("union", in.integer("union"), options::setUnion);
    in.rejectUnknownKeys();
    if (!faults.isEmpty()) {
      throw new InvalidOptionsException(faults);
    }
    return options;
  }

  private static void readHostnames(JsonReader in, List<String> faults, DnsOptions options) {
    List<Object> list = in.list("hostnames", each -> each).orElse(List.of());
    if (list.isEmpty()) {
      in.fault("hostname", "is missing");
    }
    for (int i = 0; i < list.size(); i++) {
      String path = "hostnames[" + i + "]";
      Object each = list.get(i);
      JsonObject json =
          each instanceof JsonObject object ? object : each instanceof Map<?, ?> map ? toObject(map) : null;
      if (json == null) {
        faults.add(path + ": is not an object {\"hostname\": …, \"basename\": …}");
        continue;
      }
      JsonReader entry = new JsonReader(json, path, faults);
      String basename = entry.string("basename").orElse(null);
      entry.requiredString("hostname")
          .ifPresent(name -> entry.accept("hostname", () -> options.addHostname(name, basename)));
      entry.rejectUnknownKeys();
    }
  }

  private static JsonObject toObject(Map<?, ?> map) {
    JsonObject json = new JsonObject();
    map.forEach((key, value) -> json.put(String.valueOf(key), value));
    return json;
  }
}
