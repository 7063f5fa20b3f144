package io.barnacle.cluster.registry;

/**
 * The answer to a {@link Push}.
 *
 * @param version of {@link Kind#HELD} the version that the peer has now, 0 if it has nothing that can be relied on
 */
public record Ack(Kind kind, long version) {

  /** What became of a push. */
  public enum Kind {
    /** The peer now has the version that it names; the next push should start there. */
    HELD,
    /** A part of a whole card has come; the next part may follow. */
    PART,
    /** The peer does not take this node for a member (any more, or yet): try again. */
    LATER
  }

  static Ack held(long version) {
    return new Ack(Kind.HELD, version);
  }

  static final Ack PART = new Ack(Kind.PART, 0);
  static final Ack LATER = new Ack(Kind.LATER, 0);
}
