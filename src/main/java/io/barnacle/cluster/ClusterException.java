package io.barnacle.cluster;

import io.barnacle.node.Node;
import io.vertx.core.VertxException;
import java.time.Duration;
import java.util.Set;

/** The cluster could not do what it was asked; the message says what was tried, what came back and what to check. */
public abstract sealed class ClusterException extends VertxException {

  private ClusterException(String message, Throwable cause) {
    super(message, cause, true);
  }

  /** A node does not accept connections: refused, no route, or silent. */
  public static final class Unreachable extends ClusterException {
    private final transient Node node;

    /** With what the network said. */
    public Unreachable(Node node, Throwable cause) {
      super(node + " cannot be reached: " + cause.getMessage(), cause);
      this.node = node;
    }

    /** The node that was tried. */
    public Node node() {
      return node;
    }
  }

  /** A node accepts connections but did not become a member in time. */
  public static final class NotJoined extends ClusterException {
    private final transient Node node;

    /**
     * @param hint what is known of the reason, for people
     */
    public NotJoined(Node node, Duration waited, String hint) {
      super(node + " answers but did not become a member within " + waited.toMillis() + " ms: " + hint, null);
      this.node = node;
    }

    /** The node that was tried. */
    public Node node() {
      return node;
    }
  }

  /** Neither a cluster nor enough peers to form one were found before the deadline, and it says that the start fails then. */
  public static final class BootstrapTimedOut extends ClusterException {
    private final transient Duration waited;

    /**
     * @param missing what the node was waiting for, for people
     */
    public BootstrapTimedOut(Duration waited, String missing) {
      super("no cluster was found or formed within " + waited.toMillis() + " ms: " + missing + ". bootstrap.onTimeout is"
          + " \"fail\": check discovery and the other nodes, or choose \"form\" or \"wait\"", null);
      this.waited = waited;
    }

    /** How long the node waited. */
    public Duration waited() {
      return waited;
    }
  }

  /** A node does not take this node's cookie. */
  public static final class CookieRefused extends ClusterException {
    private final transient Node node;

    /** By that node. */
    public CookieRefused(Node node) {
      super("cookie refused by " + node + ": it has another one (cluster.cookie), or another cluster name (cluster.name)",
          null);
      this.node = node;
    }

    /** The node that was tried. */
    public Node node() {
      return node;
    }
  }

  /** A node wants a cookie, and this node has none. */
  public static final class CookieNeeded extends ClusterException {
    private final transient Node node;

    /** By that node. */
    public CookieNeeded(Node node) {
      super(node + " asks for a cookie, none configured: set cluster.cookie to that of its cluster", null);
      this.node = node;
    }

    /** The node that was tried. */
    public Node node() {
      return node;
    }
  }

  /** The cluster engine of this node does not run, or failed at its work. */
  public static final class EngineFailed extends ClusterException {
    /** With what the engine said, or null. */
    public EngineFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** What another node sent has an object in it of a class that is not allowed; none was made. */
  public static final class ClassRefused extends ClusterException {
    private final String className;

    /** With what the engine said. */
    public ClassRefused(String className, Throwable cause) {
      super("what another node sent holds an object of class " + className + ", which is not allowed, so none was made. If it is"
          + " a class of your own, name it or its package (\"com.example.\") in cluster.allowedClasses, on every node", cause);
      this.className = className;
    }

    /** The class that was refused. */
    public String className() {
      return className;
    }
  }

  /** Some members have not acknowledged in time what this node said; it is repeated until they have, or have left. */
  public static final class NotAcknowledged extends ClusterException {
    private final transient Set<String> nodeIds;

    /** With the ids of the members that are late. */
    public NotAcknowledged(Set<String> nodeIds, Duration waited) {
      super("not acknowledged within " + waited.toMillis() + " ms by " + nodeIds + "; it is repeated until it is: these members"
          + " are hung, overloaded or cut off, and will be dropped or catch up", null);
      this.nodeIds = Set.copyOf(nodeIds);
    }

    /** The ids of the members that are late. */
    public Set<String> nodeIds() {
      return nodeIds;
    }
  }
}
