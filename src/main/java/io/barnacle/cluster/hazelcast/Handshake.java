package io.barnacle.cluster.hazelcast;

import io.barnacle.cluster.hazelcast.Cookies.Role;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One side of the handshake with which two nodes prove to each other that they have the same cookie, before anything else
 * is said on a connection. Bytes in, bytes out: no input or output of its own, no clock. Not for several threads.
 *
 * <pre>
 * connecting → accepting   hello      BNC, version, nonce (32)
 * accepting → connecting   challenge  BNC, version, nonce (32)
 * connecting → accepting   proofs     two of 32, one for each cookie or random
 * accepting → connecting   accepted   BNA, version, proof (32) under the cookie that matched
 *                      or  refused    BNX, reason
 * </pre>
 *
 * The connecting side proves first, so that a stranger who asks gets nothing made with the cookie. After a refusal nobody
 * says anything more.
 */
abstract sealed class Handshake {

  static final byte VERSION = 1;

  private static final byte[] HELLO = {'B', 'N', 'C', VERSION};
  private static final byte[] ACCEPTED = {'B', 'N', 'A', VERSION};
  private static final byte[] REFUSED = {'B', 'N', 'X'};
  private static final byte[] HAZELCAST = {'H', 'Z', 'C'};
  private static final int TAG = 3;
  private static final int GREETING = HELLO.length + Cookies.NONCE;
  private static final byte[] NOTHING = {};

  /** How far it has come. */
  enum State {
    /** The other side has to say something. */
    WAITING,
    /** Both have proved to have the cookie. */
    ACCEPTED,
    /** It is over; {@link #refusal} says why. */
    REFUSED
  }

  /** Why it ended; {@code code} is what the accepting side says. */
  enum Refusal {
    /** A Hazelcast member without the handshake. */
    NO_COOKIE('N', "it has no cookie"),
    /** The proofs are not those of this cluster. */
    WRONG_COOKIE('W', "its cookie or its cluster name is another"),
    /** No handshake, or one of another version, or more than belongs to it. */
    GARBAGE('G', "what it says is no handshake of this version"),
    /** It is this node itself, or someone who repeats what this node says. */
    ITSELF('I', "it repeats what this node itself says"),
    /** It said nothing, or not all, in time. Never sent. */
    LATE('L', "it did not finish the handshake in time"),
    /** There were too many others. Never sent. */
    CROWDED('C', "too many connections had not finished the handshake");

    private final byte code;
    private final String text;

    Refusal(char code, String text) {
      this.code = (byte) code;
      this.text = text;
    }

    /** For people. */
    String text() {
      return text;
    }

    private static Refusal of(byte code) {
      return Arrays.stream(values()).filter(each -> each.code == code).findFirst().orElse(GARBAGE);
    }
  }

  final Cookies cookies;
  private final ByteBuffer heard = ByteBuffer.allocate(Cookies.MOST * Cookies.PROOF);
  private State state = State.WAITING;
  private Refusal refusal;
  private boolean toldByPeer;

  private Handshake(Cookies cookies) {
    this.cookies = cookies;
  }

  /** The side that opened the connection; {@link #begin} it. */
  static Connecting connecting(Cookies cookies) {
    return new Connecting(cookies);
  }

  /** The side to which the connection was opened. */
  static Accepting accepting(Cookies cookies) {
    return new Accepting(cookies);
  }

  /** What this side says first. */
  abstract byte[] begin();

  /**
   * Takes what the other side said, in whatever pieces it comes, all of it.
   *
   * @return what to say to that, also along with a refusal; maybe nothing
   */
  final byte[] receive(ByteBuffer bytes) {
    byte[] answer = NOTHING;
    while (bytes.hasRemaining() && state == State.WAITING) {
      heard.put(bytes.get());
      if (isWhole(heard.array(), heard.position())) {
        answer = whole(Arrays.copyOf(heard.array(), heard.position()));
        heard.clear();
        if (bytes.hasRemaining() && state != State.REFUSED) {
          answer = refuse(Refusal.GARBAGE); // nobody speaks out of turn
        }
      }
    }
    bytes.position(bytes.limit());
    return answer;
  }

  /** Whether enough was heard to judge it: a whole message, or the beginning of none. */
  abstract boolean isWhole(byte[] message, int length);

  /** Judges a message. */
  abstract byte[] whole(byte[] message);

  /** Ends it for a reason of this side. */
  byte[] refuse(Refusal reason) {
    end(State.REFUSED, reason);
    return NOTHING;
  }

  /** Releases what it holds, whatever has become of it. */
  void close() {
  }

  State state() {
    return state;
  }

  /** Why it was refused, null unless it was. */
  Refusal refusal() {
    return refusal;
  }

  /** Whether it was the other side that refused. */
  boolean isRefusedByPeer() {
    return toldByPeer;
  }

  private void end(State end, Refusal reason) {
    state = end;
    refusal = reason;
    close();
  }

  private static boolean begins(byte[] message, int length, byte[] tag) {
    int most = Math.min(length, tag.length);
    return Arrays.equals(message, 0, most, tag, 0, most);
  }

  private static byte[] join(byte[] tag, byte[] rest) {
    byte[] both = Arrays.copyOf(tag, tag.length + rest.length);
    System.arraycopy(rest, 0, both, tag.length, rest.length);
    return both;
  }

  private static byte[] nonceOf(byte[] greeting) {
    return Arrays.copyOfRange(greeting, HELLO.length, GREETING);
  }

  /** The reason in a refusal, for a node that has no cookie and said what Hazelcast says; null if it is no refusal. */
  static Refusal refusalIn(byte[] message) {
    return message.length > TAG && begins(message, message.length, REFUSED) ? Refusal.of(message[TAG]) : null;
  }

  /** How long a refusal is. */
  static int refusalLength() {
    return TAG + 1;
  }

  /** The side that opened the connection. */
  static final class Connecting extends Handshake {
    private final byte[] mine;
    private byte[] theirs;

    private Connecting(Cookies cookies) {
      super(cookies);
      mine = cookies.ownNonce();
    }

    @Override
    byte[] begin() {
      return join(HELLO, mine);
    }

    @Override
    boolean isWhole(byte[] message, int length) {
      byte[] expected = theirs == null ? HELLO : ACCEPTED;
      if (begins(message, length, REFUSED)) {
        return length == refusalLength();
      }
      return length == GREETING || !begins(message, length, expected);
    }

    @Override
    byte[] whole(byte[] message) {
      Refusal reason = refusalIn(message);
      if (reason != null) {
        super.toldByPeer = true;
        return refuse(reason);
      }
      if (message.length < GREETING) {
        return refuse(Refusal.GARBAGE);
      }
      if (theirs == null) {
        theirs = nonceOf(message);
        return Arrays.equals(theirs, mine)
            ? refuse(Refusal.ITSELF) : cookies.proofs(Role.CONNECTING, mine, theirs);
      }
      byte[] proof = Arrays.copyOfRange(message, ACCEPTED.length, GREETING);
      if (cookies.matching(proof, Role.ACCEPTING, mine, theirs) < 0) {
        return refuse(Refusal.WRONG_COOKIE);
      }
      super.end(State.ACCEPTED, null);
      return NOTHING;
    }

    @Override
    void close() {
      cookies.forget(mine);
    }
  }

  /** The side to which the connection was opened. */
  static final class Accepting extends Handshake {
    private final byte[] mine;
    private byte[] theirs;

    private Accepting(Cookies cookies) {
      super(cookies);
      mine = cookies.nonce();
    }

    @Override
    byte[] begin() {
      return NOTHING;
    }

    @Override
    boolean isWhole(byte[] message, int length) {
      if (theirs != null) {
        return length == Cookies.MOST * Cookies.PROOF;
      }
      return length == GREETING || length >= TAG && !begins(message, length, HELLO);
    }

    @Override
    byte[] whole(byte[] message) {
      if (theirs == null) {
        return hello(message);
      }
      int cookie = cookies.matching(message, Role.CONNECTING, theirs, mine);
      if (cookie < 0) {
        return refuse(Refusal.WRONG_COOKIE);
      }
      super.end(State.ACCEPTED, null);
      return join(ACCEPTED, cookies.proof(cookie, Role.ACCEPTING, theirs, mine));
    }

    private byte[] hello(byte[] message) {
      if (message.length < GREETING) {
        return refuse(begins(message, message.length, HAZELCAST) ? Refusal.NO_COOKIE : Refusal.GARBAGE);
      }
      theirs = nonceOf(message);
      return cookies.isOwn(theirs) ? refuse(Refusal.ITSELF) : join(HELLO, mine);
    }

    /** Tells the other side why. */
    @Override
    byte[] refuse(Refusal reason) {
      super.refuse(reason);
      return join(REFUSED, new byte[] {reason.code});
    }
  }
}
