package io.barnacle.cluster;

import io.barnacle.node.Member;
import java.util.Objects;

/** One change of who is in the cluster. */
public sealed interface MembershipChange {

  /** Whether who is in the cluster may have changed, or how they reach each other; the others are only told of. */
  default boolean changesView() {
    return true;
  }

  /** A member came. */
  record Joined(Member member) implements MembershipChange {
    /** Never null. */
    public Joined {
      Objects.requireNonNull(member, "member");
    }
  }

  /**
   * A member is gone.
   *
   * @param reason what the cluster knows of why, for people: it left, its connection broke, it was silent
   */
  record Left(Member member, String reason) implements MembershipChange {
    /** Never null. */
    public Left {
      Objects.requireNonNull(member, "member");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Two parts of a cluster became one; the joins and departures that this meant have been told before. */
  record Merged() implements MembershipChange {
  }

  /**
   * The engine below this node died, or was started anew.
   *
   * @param running true if there is a new one
   */
  record Engine(boolean running, String reason) implements MembershipChange {
  }

  /**
   * A stranger was refused at the member port; told at most once a minute for each address.
   *
   * @param address its IP address, or {@code others} where there are too many to tell apart
   * @param reason why, for people
   */
  record Refused(String address, String reason) implements MembershipChange {
    @Override
    public boolean changesView() {
      return false;
    }
  }

  /**
   * A member heals at another pace than this node, so that one may take the other for dead; told once for each pace.
   *
   * @param own the pace of this node, for people
   * @param theirs that of the member
   * @param message what it means and what to do
   */
  record HealingDiffers(Member member, String own, String theirs, String message) implements MembershipChange {
    /** Never null. */
    public HealingDiffers {
      Objects.requireNonNull(member, "member");
      Objects.requireNonNull(own, "own");
      Objects.requireNonNull(theirs, "theirs");
      Objects.requireNonNull(message, "message");
    }

    @Override
    public boolean changesView() {
      return false;
    }
  }
}
