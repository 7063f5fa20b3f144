package io.barnacle.strategy.epmd;

import io.barnacle.internal.JsonReader;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.barnacle.strategy.StrategyProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Nodes of one machine find each other through its epmd, the port mapper of Erlang; {@code {"type": "local_epmd"}}. The
 * epmd that listens on loopback is used; where none listens, one of the processes serves as one, and another takes over
 * when it ends. Erlang nodes, and nodes of another cluster name, at the same epmd are no peers. Names are unique on a
 * machine: a taken one fails the start with {@link EpmdException.NameTaken}.
 *
 * <p>While the process that serves as epmd hangs (SIGSTOP, a debugger), discovery fails, and so removes nobody; that
 * ends when the process goes on or is killed.
 *
 * <p>epmd trusts whoever is on the machine: any local user can register a name. Use it for development and for machines
 * of one owner.
 */
public final class LocalEpmdOptions implements StrategyOptions {

  /** The value of {@code strategy.type}. */
  public static final String TYPE = "local_epmd";

  /** Default of {@link #getTimeout()}: 2 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  private static final AtomicInteger NAMES_GIVEN = new AtomicInteger();

  private Integer port;
  private Duration timeout = DEFAULT_TIMEOUT;
  private String defaultName;

  /** All defaults. */
  public LocalEpmdOptions() {
  }

  /** A copy, with a default name of its own: it may be for another node of this process. */
  public LocalEpmdOptions(LocalEpmdOptions other) {
    this.port = other.port;
    this.timeout = other.timeout;
  }

  /** The port of epmd, null if unset. */
  public Integer getPort() {
    return port;
  }

  /**
   * Sets the port of epmd on loopback, 1 to 65535. Default unset: that of the environment variable {@code
   * ERL_EPMD_PORT}, else 4369.
   *
   * @throws IllegalArgumentException if out of range
   */
  public LocalEpmdOptions setPort(Integer port) {
    this.port = EpmdPort.check(port);
    return this;
  }

  /** The longest that one question to epmd may take. */
  public Duration getTimeout() {
    return timeout;
  }

  /**
   * Sets the longest that one question to epmd may take, connecting included. Default 2 s, 10 ms to 60 s. Shorter
   * notices a hung epmd sooner; longer bears a machine under heavy load. Keep it well below {@code refreshTimeoutMs}: a
   * discovery asks at least twice.
   *
   * @throws IllegalArgumentException if out of range
   */
  public LocalEpmdOptions setTimeout(Duration timeout) {
    this.timeout = Timeouts.check(timeout);
    return this;
  }

  @Override
  public String type() {
    return TYPE;
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidOptionsException if the port is unset and {@code ERL_EPMD_PORT} is no port
   */
  @Override
  public Strategy create(Vertx vertx) {
    return new LocalEpmdStrategy(vertx, EpmdPort.resolve(port, System::getenv), timeout);
  }

  /**
   * {@code barnacle-<pid>} for the first options of this process that are asked, then {@code barnacle-<pid>-2} and so
   * on: names are unique on a machine. The same for every call on one object.
   */
  @Override
  public synchronized String defaultName() {
    if (defaultName == null) {
      int number = NAMES_GIVEN.incrementAndGet();
      defaultName = StrategyOptions.super.defaultName() + (number == 1 ? "" : "-" + number);
    }
    return defaultName;
  }

  /** Loopback: all peers are on this machine. */
  @Override
  public String defaultHost() {
    return PortMapper.LOOPBACK;
  }

  /** Any free one: epmd publishes it. */
  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("type", TYPE);
    if (port != null) {
      json.put("port", port);
    }
    return json.put("timeoutMs", timeout.toMillis());
  }

  /**
   * Reads the JSON form.
   *
   * @throws InvalidOptionsException with every fault
   */
  public static LocalEpmdOptions fromJson(JsonObject json) {
    List<String> faults = new ArrayList<>();
    JsonReader in = new JsonReader(json, "", faults).know("type");
    LocalEpmdOptions options = new LocalEpmdOptions();
    in.set("port", in.integer("port"), options::setPort);
    in.set("timeoutMs", in.durationMs("timeoutMs"), options::setTimeout);
    in.rejectUnknownKeys();
    if (!faults.isEmpty()) {
      throw new InvalidOptionsException(faults);
    }
    return options;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LocalEpmdOptions
        && Objects.equals(port, ((LocalEpmdOptions) other).port)
        && timeout.equals(((LocalEpmdOptions) other).timeout);
  }

  @Override
  public int hashCode() {
    return Objects.hash(port, timeout);
  }

  @Override
  public String toString() {
    return toJson().encode();
  }

  /** Reads {@code {"type": "local_epmd"}}. */
  public static final class Provider implements StrategyProvider {

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {
    }

    @Override
    public String type() {
      return TYPE;
    }

    @Override
    public StrategyOptions fromJson(JsonObject json) {
      return LocalEpmdOptions.fromJson(json);
    }
  }
}
