package io.barnacle;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.DrainOptions;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.control.ControlOptions;
import io.barnacle.event.EventsOptions;
import io.barnacle.internal.JsonReader;
import io.barnacle.node.NodeOptions;
import io.barnacle.reconcile.RemovalOptions;
import io.barnacle.reconcile.RemovalPolicy;
import io.barnacle.strategy.InvalidOptionsException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads {@link BarnacleOptions} from JSON and finds every fault in one pass. */
final class OptionsReader {

  private OptionsReader() {
  }

  static BarnacleOptions read(JsonObject json) {
    Objects.requireNonNull(json, "json");
    List<String> faults = new ArrayList<>();
    JsonReader in = new JsonReader(json, "", faults);
    BarnacleOptions options = new BarnacleOptions();
    in.string("$schema"); // tells an editor where the schema is
    in.set("name", in.string("name"), options::setName);
    in.set("pollIntervalMs", in.durationMs("pollIntervalMs"), options::setPollInterval);
    in.set("refreshTimeoutMs", in.durationMs("refreshTimeoutMs"), options::setRefreshTimeout);
    in.object("node").ifPresent(inner -> options.setNode(node(inner)));
    in.object("cluster").ifPresent(inner -> options.setCluster(cluster(inner)));
    in.object("bootstrap").ifPresent(inner -> options.setBootstrap(bootstrap(inner)));
    in.set("healing", in.word("healing", Healing.class), options::setHealing);
    in.object("eventBus").flatMap(OptionsReader::eventBusTls).ifPresent(options::setEventBusTls);
    in.object("removal").ifPresent(inner -> options.setRemoval(removal(inner)));
    in.object("drain").ifPresent(inner -> options.setDrain(drain(inner)));
    in.object("events").ifPresent(inner -> options.setEvents(events(inner)));
    in.object("control").ifPresent(inner -> options.setControl(control(inner)));
    strategy(in, options);
    in.rejectUnknownKeys();
    if (!faults.isEmpty()) {
      throw new InvalidOptionsException(faults);
    }
    return options;
  }

  private static NodeOptions node(JsonReader in) {
    NodeOptions node = new NodeOptions();
    in.set("name", in.string("name"), node::setName);
    in.set("host", in.string("host"), node::setHost);
    in.set("port", in.integer("port"), node::setPort);
    in.rejectUnknownKeys();
    return node;
  }

  private static ClusterOptions cluster(JsonReader in) {
    ClusterOptions cluster = new ClusterOptions();
    in.set("name", in.string("name"), cluster::setName);
    in.set("hazelcastConfig", in.string("hazelcastConfig"), cluster::setHazelcastConfig);
    in.set("registry", in.word("registry", RegistryMode.class), cluster::setRegistry);
    in.<String>set("cookie", in.string("cookie"), cluster::setCookie);
    in.<String>set("previousCookie", in.string("previousCookie"), cluster::setPreviousCookie);
    in.set("cookieFileMayBeShared", in.bool("cookieFileMayBeShared"), cluster::setCookieFileMayBeShared);
    in.set("insecure", in.bool("insecure"), cluster::setInsecure);
    in.set("allowedClasses", in.strings("allowedClasses", ClusterOptions::requireClasses), cluster::setAllowedClasses);
    in.rejectUnknownKeys();
    return cluster;
  }

  private static BootstrapOptions bootstrap(JsonReader in) {
    BootstrapOptions bootstrap = new BootstrapOptions();
    in.set("minPeers", in.integer("minPeers"), bootstrap::setMinPeers);
    in.set("stableMs", in.durationMs("stableMs"), bootstrap::setStable);
    in.set("deadlineMs", in.durationMs("deadlineMs"), bootstrap::setDeadline);
    in.set("onTimeout", in.word("onTimeout", BootstrapOptions.OnTimeout.class), bootstrap::setOnTimeout);
    in.rejectUnknownKeys();
    return bootstrap;
  }

  private static Optional<TlsOptions> eventBusTls(JsonReader in) {
    Optional<TlsOptions> tls = in.object("tls").flatMap(OptionsReader::tls);
    in.rejectUnknownKeys();
    return tls;
  }

  private static Optional<TlsOptions> tls(JsonReader in) {
    Optional<String> cert = path(in, "cert");
    Optional<String> key = path(in, "key");
    Optional<String> ca = path(in, "ca");
    in.rejectUnknownKeys();
    return cert.isPresent() && key.isPresent() && ca.isPresent()
        ? Optional.of(new TlsOptions(cert.get(), key.get(), ca.get())) : Optional.empty();
  }

  private static Optional<String> path(JsonReader in, String key) {
    Optional<String> path = in.requiredString(key);
    if (path.isPresent() && path.get().isBlank()) {
      in.fault(key, "is blank; give the path of a PEM file");
      return Optional.empty();
    }
    return path;
  }

  private static RemovalOptions removal(JsonReader in) {
    RemovalOptions removal = new RemovalOptions();
    in.set("policy", in.word("policy", RemovalPolicy.class), removal::setPolicy);
    in.set("graceMs", in.durationMs("graceMs"), removal::setGrace);
    in.set("maxFraction", in.number("maxFraction"), removal::setMaxFraction);
    in.rejectUnknownKeys();
    return removal;
  }

  private static DrainOptions drain(JsonReader in) {
    DrainOptions drain = new DrainOptions();
    in.set("timeoutMs", in.durationMs("timeoutMs"), drain::setTimeout);
    in.set("quietMs", in.durationMs("quietMs"), drain::setQuiet);
    in.rejectUnknownKeys();
    return drain;
  }

  private static EventsOptions events(JsonReader in) {
    EventsOptions events = new EventsOptions();
    in.set("address", in.string("address"), events::setAddress);
    in.set("clusterWide", in.bool("clusterWide"), events::setClusterWide);
    in.rejectUnknownKeys();
    return events;
  }

  private static ControlOptions control(JsonReader in) {
    ControlOptions control = new ControlOptions();
    in.set("address", in.string("address"), control::setAddress);
    in.set("clusterWide", in.bool("clusterWide"), control::setClusterWide);
    in.rejectUnknownKeys();
    return control;
  }

  private static void strategy(JsonReader in, BarnacleOptions options) {
    if (!in.json().containsKey("strategy")) {
      in.fault("strategy", "is missing, give one such as {\"type\": \"local_epmd\"}");
    }
    in.object("strategy").flatMap(StrategyTypes::read).ifPresent(options::setStrategy);
  }
}
