package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Whatever comes over the wire, and whatever goes out; a failing run prints its seed. */
class WireFormatPropertiesTest {

  @Property
  void randomRepliesAreReadOrRefused(@ForAll @Size(max = 600) byte[] bytes, @ForAll boolean ended) {
    Buffer received = Buffer.buffer(bytes);
    Replies.Reader<Boolean> alive = Replies::readAlive;
    Replies.Reader<Optional<Entry>> port = Replies::readPort;
    Replies.Reader<List<String>> names = Replies::readNames;
    for (Replies.Reader<?> reader : List.of(alive, port, names)) {
      try {
        reader.read(received, ended);
      } catch (Replies.Malformed e) {
        assertFalse(e.getMessage().isBlank());
      }
    }
  }

  @Property
  void damagedRepliesAreReadOrRefused(
      @ForAll @IntRange(max = 17) int at, @ForAll byte value, @ForAll @IntRange(max = 18) int length) {
    Buffer received = Replies.port(Optional.of(WireFormatTest.ENTRY)).setByte(at, value).getBuffer(0, length);
    try {
      Replies.readPort(received, true).ifPresent(found -> assertTrue(length >= 2));
    } catch (Replies.Malformed e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  @Property
  void randomRequestsAreReadOrRefused(@ForAll @Size(max = 600) byte[] bytes) {
    Asked asked = new Asked();
    try {
      assertEquals(Requests.read(Buffer.buffer(bytes), asked) ? 1 : 0, asked.requests.size());
      Buffer framed = Buffer.buffer().appendUnsignedShort(bytes.length).appendBytes(bytes);
      assertTrue(Requests.read(framed, asked));
    } catch (Requests.Malformed e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  @Property
  void randomExtraFieldsAreIdentitiesOrNot(@ForAll @Size(max = 40) byte[] bytes) {
    Buffer ours = Buffer.buffer("Brnc").appendByte((byte) 1).appendBytes(bytes);
    Identity.of(ours).ifPresent(
        identity -> assertEquals(identity.toExtra(), ours.getBuffer(0, identity.toExtra().length())));
    Identity.of(Buffer.buffer(bytes));
  }

  @Property
  void everythingWrittenIsReadBack(
      @ForAll @StringLength(min = 1, max = 60) String name, @ForAll @IntRange(min = 1, max = 65535) int port,
      @ForAll @StringLength(max = 60) String cluster, @ForAll @AlphaChars @StringLength(max = 60) String host)
      throws Exception {
    String clean = Buffer.buffer(name).toString().replaceAll("[\0\n]", "_");
    String cleanCluster = Buffer.buffer(cluster).toString();
    Entry entry = Entry.of(clean, port, new Identity(cleanCluster, host));
    Asked asked = new Asked();
    assertTrue(Requests.read(Requests.alive(entry), asked));
    assertTrue(Requests.read(Requests.portPlease(clean), asked));
    assertTrue(Requests.read(Requests.names(), asked));
    assertEquals(List.of(entry, clean, "(names)"), asked.requests);
    assertEquals(Optional.of(Optional.of(entry)), Replies.readPort(Replies.port(Optional.of(entry)), false));
    assertEquals(Optional.of(List.of(clean, clean)), Replies.readNames(Replies.names(1, List.of(entry, entry)), true));
    assertEquals(Optional.of(new Identity(cleanCluster, host)), Identity.of(entry.extra()));
  }
}
