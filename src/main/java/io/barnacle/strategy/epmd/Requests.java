package io.barnacle.strategy.epmd;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.CharacterCodingException;

/**
 * Writes and reads what epmd is asked (Erlang/OTP, "Distribution Protocol", section "EPMD Protocol"): each request is a
 * two-byte length, a byte that says which, and its fields, integers in network order.
 */
final class Requests {

  /** The most bytes that a name or an Extra field of ours has; epmd itself takes a little more. */
  static final int MAX_NAME = 255;

  private static final int ALIVE2_REQ = 120;
  private static final int PORT_PLEASE2_REQ = 122;
  private static final int NAMES_REQ = 110;
  private static final int LENGTH = 2;
  private static final int MAX_EXTRA = 255 * 4;
  private static final int ALIVE2_FIXED = 13;
  private static final int MAX_REQUEST = ALIVE2_FIXED + MAX_NAME + MAX_EXTRA;

  private Requests() {
  }

  /** Bytes that are no request. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /** Who answers. */
  interface Receiver {
    void alive(Entry entry);

    void portPlease(String name);

    void names();
  }

  /** ALIVE2_REQ: registers for as long as the connection stays. */
  static Buffer alive(Entry entry) {
    Buffer name = Text.encode(entry.name());
    return framed(Buffer.buffer().appendByte((byte) ALIVE2_REQ)
        .appendUnsignedShort(entry.port()).appendByte((byte) entry.nodeType()).appendByte((byte) entry.protocol())
        .appendUnsignedShort(entry.highestVersion()).appendUnsignedShort(entry.lowestVersion())
        .appendUnsignedShort(name.length()).appendBuffer(name)
        .appendUnsignedShort(entry.extra().length()).appendBuffer(entry.extra()));
  }

  /** PORT_PLEASE2_REQ: asks for one name. */
  static Buffer portPlease(String name) {
    return framed(Buffer.buffer().appendByte((byte) PORT_PLEASE2_REQ).appendString(name));
  }

  /** NAMES_REQ: asks for all names. */
  static Buffer names() {
    return framed(Buffer.buffer().appendByte((byte) NAMES_REQ));
  }

  /**
   * Reads a request from all bytes so far and hands it over.
   *
   * @return false if bytes are still missing
   * @throws Malformed if they are no request, or one that a port mapper of ours does not serve (DUMP, KILL, STOP)
   */
  static boolean read(Buffer received, Receiver receiver) throws Malformed {
    if (received.length() < LENGTH) {
      return false;
    }
    int length = received.getUnsignedShort(0);
    if (length < 1 || length > MAX_REQUEST || received.length() > LENGTH + length) {
      throw new Malformed("a request of " + length + " bytes in " + received.length());
    }
    if (received.length() < LENGTH + length) {
      return false;
    }
    try {
      dispatch(received.getBuffer(LENGTH, LENGTH + length), receiver);
      return true;
    } catch (CharacterCodingException e) {
      throw new Malformed("a name is not UTF-8");
    }
  }

  private static void dispatch(Buffer request, Receiver receiver) throws Malformed, CharacterCodingException {
    int tag = request.getUnsignedByte(0);
    if (tag == ALIVE2_REQ) {
      receiver.alive(readEntry(request));
    } else if (tag == PORT_PLEASE2_REQ) {
      int end = request.getByte(request.length() - 1) == 0 ? request.length() - 1 : request.length();
      receiver.portPlease(Text.decode(request.slice(1, end)));
    } else if (tag == NAMES_REQ) {
      receiver.names();
    } else {
      throw new Malformed("request " + tag + " is not served");
    }
  }

  private static Entry readEntry(Buffer request) throws Malformed, CharacterCodingException {
    int nameAt = 11;
    int nameLength = request.length() < ALIVE2_FIXED ? 0 : request.getUnsignedShort(nameAt - 2);
    int extraAt = nameAt + nameLength + 2;
    if (nameLength == 0 || request.length() < extraAt) {
      throw new Malformed("a registration without a whole name");
    }
    int extraLength = request.getUnsignedShort(extraAt - 2);
    if (request.length() < extraAt + extraLength) {
      throw new Malformed("a registration without its whole Extra field");
    }
    return new Entry(Text.decode(request.slice(nameAt, extraAt - 2)), request.getUnsignedShort(1),
        request.getUnsignedByte(3), request.getUnsignedByte(4), request.getUnsignedShort(5),
        request.getUnsignedShort(7), request.getBuffer(extraAt, extraAt + extraLength));
  }

  private static Buffer framed(Buffer request) {
    return Buffer.buffer().appendUnsignedShort(request.length()).appendBuffer(request);
  }
}
