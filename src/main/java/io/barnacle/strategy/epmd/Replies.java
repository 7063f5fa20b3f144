package io.barnacle.strategy.epmd;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes what epmd answers (Erlang/OTP, "Distribution Protocol", section "EPMD Protocol"). Readers get all
 * bytes so far and whether the other side has closed; they return empty where bytes are missing.
 */
final class Replies {

  private static final int ALIVE2_RESP = 121;
  private static final int ALIVE2_X_RESP = 118;
  private static final int PORT2_RESP = 119;
  private static final int FIRST_X_VERSION = 6;

  private Replies() {
  }

  /** Bytes that no epmd sends; the message says what is wrong with them. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /** A reader of one kind of answer. */
  @FunctionalInterface
  interface Reader<T> {
    Optional<T> read(Buffer received, boolean ended) throws Malformed;
  }

  /** ALIVE2_RESP or ALIVE2_X_RESP: true if the name is ours now. */
  static Optional<Boolean> readAlive(Buffer received, boolean ended) throws Malformed {
    int tag = received.length() == 0 ? ALIVE2_RESP : received.getUnsignedByte(0);
    if (tag != ALIVE2_RESP && tag != ALIVE2_X_RESP) {
      throw new Malformed("an answer to a registration does not begin with byte " + tag);
    }
    if (received.length() < (tag == ALIVE2_RESP ? 4 : 6)) {
      return Optional.empty();
    }
    return Optional.of(received.getUnsignedByte(1) == 0);
  }

  /** PORT2_RESP: the entry of the name, or an inner empty if epmd does not know it. */
  static Optional<Optional<Entry>> readPort(Buffer received, boolean ended) throws Malformed {
    if (received.length() > 0 && received.getUnsignedByte(0) != PORT2_RESP) {
      throw new Malformed("an answer with a port does not begin with byte " + received.getUnsignedByte(0));
    }
    if (received.length() >= 2 && received.getUnsignedByte(1) != 0) {
      return Optional.of(Optional.empty());
    }
    int nameAt = 12;
    if (received.length() < nameAt) {
      return Optional.empty();
    }
    int extraAt = nameAt + received.getUnsignedShort(10) + 2;
    if (received.length() < extraAt || received.length() < extraAt + received.getUnsignedShort(extraAt - 2)) {
      return Optional.empty();
    }
    try {
      int port = received.getUnsignedShort(2);
      return Optional.of(Optional.of(new Entry(Text.decode(received.slice(nameAt, extraAt - 2)), port,
          received.getUnsignedByte(4), received.getUnsignedByte(5), received.getUnsignedShort(6),
          received.getUnsignedShort(8),
          received.getBuffer(extraAt, extraAt + received.getUnsignedShort(extraAt - 2)))));
    } catch (CharacterCodingException e) {
      throw new Malformed("a name is not UTF-8");
    }
  }

  /** NAMES_RESP: the names; it has no length, so it is complete when the other side closes. */
  static Optional<List<String>> readNames(Buffer received, boolean ended) throws Malformed {
    boolean portGiven = received.length() >= 4;
    if (portGiven && (received.getUnsignedInt(0) < 1 || received.getUnsignedInt(0) > 65535)) {
      throw new Malformed("a list of names begins with epmd's port, not with " + received.getUnsignedInt(0));
    }
    if (!ended || !portGiven) {
      return Optional.empty();
    }
    try {
      List<String> names = new ArrayList<>();
      String lines = Text.decode(received.slice(4, received.length()));
      for (int start = 0; start < lines.length(); ) {
        int end = lines.indexOf('\n', start);
        if (end < 0) {
          return Optional.empty();
        }
        names.add(nameOf(lines.substring(start, end)));
        start = end + 1;
      }
      return Optional.of(names);
    } catch (CharacterCodingException e) {
      throw new Malformed("a list of names is not UTF-8");
    }
  }

  /** The answer to a registration, in the form that the node's highest version understands. */
  static Buffer alive(Entry entry, boolean accepted, int creation) {
    int result = accepted ? 0 : 1;
    if (entry.highestVersion() >= FIRST_X_VERSION) {
      return Buffer.buffer().appendByte((byte) ALIVE2_X_RESP).appendByte((byte) result).appendInt(creation);
    }
    return Buffer.buffer().appendByte((byte) ALIVE2_RESP).appendByte((byte) result)
        .appendUnsignedShort(creation & 0xffff);
  }

  /** The answer to a question for a port. */
  static Buffer port(Optional<Entry> found) {
    Buffer reply = Buffer.buffer().appendByte((byte) PORT2_RESP);
    if (found.isEmpty()) {
      return reply.appendByte((byte) 1);
    }
    Entry entry = found.get();
    Buffer name = Text.encode(entry.name());
    return reply.appendByte((byte) 0)
        .appendUnsignedShort(entry.port()).appendByte((byte) entry.nodeType()).appendByte((byte) entry.protocol())
        .appendUnsignedShort(entry.highestVersion()).appendUnsignedShort(entry.lowestVersion())
        .appendUnsignedShort(name.length()).appendBuffer(name)
        .appendUnsignedShort(entry.extra().length()).appendBuffer(entry.extra());
  }

  /** The list of all names. */
  static Buffer names(int epmdPort, Iterable<Entry> entries) {
    Buffer reply = Buffer.buffer().appendInt(epmdPort);
    entries.forEach(e -> reply.appendString("name " + e.name() + " at port " + e.port() + "\n"));
    return reply;
  }

  private static String nameOf(String line) throws Malformed {
    int at = line.lastIndexOf(" at port ");
    if (!line.startsWith("name ") || at < "name ".length()) {
      throw new Malformed("\"" + abbreviated(line) + "\" is not \"name … at port …\"");
    }
    return line.substring("name ".length(), at);
  }

  private static String abbreviated(String line) {
    return line.length() <= 60 ? line : line.substring(0, 60) + "…";
  }
}
