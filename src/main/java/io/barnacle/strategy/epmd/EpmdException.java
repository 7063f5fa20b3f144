package io.barnacle.strategy.epmd;

import io.barnacle.strategy.StrategyException;
import java.util.Optional;

/** An epmd could not be asked, or refused; the message says which, what came back and what to check. */
public abstract sealed class EpmdException extends StrategyException {

  private static final long serialVersionUID = 1L;

  private final String host;
  private final int port;

  private EpmdException(String host, int port, String message, Throwable cause) {
    super(message, cause);
    this.host = host;
    this.port = port;
  }

  /** The host of the epmd. */
  public String host() {
    return host;
  }

  /** The port of the epmd. */
  public int port() {
    return port;
  }

  private static String at(String host, int port) {
    return "epmd at " + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** Nothing accepts connections there: refused, no route, unknown host, or no answer to the connection attempt. */
  public static final class NotListening extends EpmdException {
    private static final long serialVersionUID = 1L;

    NotListening(String host, int port, Throwable cause) {
      super(host, port, at(host, port) + " cannot be reached: " + cause.getMessage(), cause);
    }
  }

  /** Something accepts connections there but does not answer in time. */
  public static final class Silent extends EpmdException {
    private static final long serialVersionUID = 1L;

    Silent(String host, int port, long waitedMs, int receivedBytes) {
      super(host, port, at(host, port) + " accepted the connection but "
          + (receivedBytes == 0 ? "did not answer" : "did not finish its answer (" + receivedBytes + " bytes came)")
          + " within " + waitedMs + " ms; check what listens there (ss -ltnp), or set another port", null);
    }
  }

  /** Something there closed the connection before its answer was complete, as an epmd does that ends. */
  public static final class BrokeOff extends EpmdException {
    private static final long serialVersionUID = 1L;

    BrokeOff(String host, int port, int receivedBytes) {
      super(host, port, at(host, port) + " closed the connection "
          + (receivedBytes == 0 ? "without an answer" : "within its answer (" + receivedBytes + " bytes came)")
          + ": it has just ended, has too many connections, or is no epmd; check what listens there (ss -ltnp)", null);
    }
  }

  /** What answers there is no epmd, or a broken one. */
  public static final class NotEpmd extends EpmdException {
    private static final long serialVersionUID = 1L;

    NotEpmd(String host, int port, String what) {
      super(host, port, at(host, port) + " does not speak epmd's protocol: " + what
          + "; check what listens there (ss -ltnp), or set another port", null);
    }
  }

  /** Nothing listens there, and this process could not open a port mapper there either. */
  public static final class CannotServe extends EpmdException {
    private static final long serialVersionUID = 1L;

    CannotServe(int port, Throwable cause) {
      super(PortMapper.LOOPBACK, port, "no " + at(PortMapper.LOOPBACK, port) + ", and this process cannot open one: "
          + cause.getMessage() + "; start an epmd, or set another port", cause);
    }
  }

  /** The name of this node belongs to somebody else on this machine, or epmd does not accept it. */
  public static final class NameTaken extends EpmdException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final Integer ownerPort;
    private final boolean ownerIsGone;

    NameTaken(String host, int port, String name, Optional<Entry> owner, boolean ownerIsGone) {
      super(host, port, "the name \"" + name + "\" is taken on this machine: " + at(host, port) + " says that it is "
          + owner.map(NameTaken::describe).orElse("nobody's, yet refuses it")
          + (owner.isPresent() && ownerIsGone ? ", though nothing answers there" : "")
          + "; set another node.name", null);
      this.name = name;
      this.ownerIsGone = ownerIsGone;
      this.ownerPort = owner.map(Entry::port).orElse(null);
    }

    /** The name. */
    public String name() {
      return name;
    }

    /** The port of the node that has the name, if epmd said it. */
    public Optional<Integer> ownerPort() {
      return Optional.ofNullable(ownerPort);
    }

    boolean ownerIsGone() {
      return ownerIsGone;
    }

    private static String describe(Entry owner) {
      return Identity.of(owner.extra())
          .map(i -> "a node of the cluster \"" + i.cluster() + "\" at " + i.host() + ", port " + owner.port())
          .orElse("an Erlang node (or another program's) at port " + owner.port());
    }
  }
}
