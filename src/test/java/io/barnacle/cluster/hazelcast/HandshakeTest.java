package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.hazelcast.Handshake.Refusal;
import io.barnacle.cluster.hazelcast.Handshake.State;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HandshakeTest {

  private static final String OLD = "the-cookie-of-yesterday";
  private static final String NEW = "the-cookie-of-tomorrow-";
  private static final int HELLO = 36;

  /** All that was said on one connection. */
  private final ByteArrayOutputStream wire = new ByteArrayOutputStream();

  private static Cookies cookies(String... cookies) {
    return named("c", cookies);
  }

  private static Cookies named(String clusterName, String... cookies) {
    return new Cookies(clusterName, Stream.of(cookies).map(each -> each.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** Both talk until nobody has anything to say. */
  private void talk(Handshake connecting, Handshake accepting) {
    byte[] said = connecting.begin();
    for (boolean toAccepting = true; said.length > 0; toAccepting = !toAccepting) {
      wire.writeBytes(said);
      said = (toAccepting ? accepting : connecting).receive(ByteBuffer.wrap(said));
    }
  }

  private static byte[] say(Handshake to, byte[] bytes) {
    return to.receive(ByteBuffer.wrap(bytes));
  }

  private static byte[] say(Handshake to, String text) {
    return say(to, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void twoWithTheSameCookieAcceptEachOther() {
    Handshake connecting = Handshake.connecting(cookies(NEW));
    Handshake accepting = Handshake.accepting(cookies(NEW));
    talk(connecting, accepting);
    assertEquals(State.ACCEPTED, connecting.state());
    assertEquals(State.ACCEPTED, accepting.state());
  }

  @Test
  void everyStepOfARotationIsAcceptedInBothDirections() {
    List<String[]> before = List.of(new String[] {OLD}, new String[] {OLD, NEW});
    List<String[]> between = List.of(new String[] {OLD, NEW}, new String[] {NEW, OLD});
    List<String[]> after = List.of(new String[] {NEW, OLD}, new String[] {NEW});
    for (List<String[]> both : List.of(before, between, after)) {
      for (String[] a : both) {
        for (String[] b : both) {
          Handshake connecting = Handshake.connecting(cookies(a));
          Handshake accepting = Handshake.accepting(cookies(b));
          talk(connecting, accepting);
          assertEquals(State.ACCEPTED, connecting.state());
          assertEquals(State.ACCEPTED, accepting.state());
        }
      }
    }
  }

  @Test
  void anotherCookieOrClusterNameIsRefusedAndTheOtherSideIsTold() {
    for (Cookies other : List.of(cookies(OLD), named("d", NEW))) {
      Handshake connecting = Handshake.connecting(other);
      Handshake accepting = Handshake.accepting(cookies(NEW));
      talk(connecting, accepting);
      assertEquals(Refusal.WRONG_COOKIE, accepting.refusal());
      assertFalse(accepting.isRefusedByPeer());
      assertEquals(Refusal.WRONG_COOKIE, connecting.refusal());
      assertTrue(connecting.isRefusedByPeer());
    }
  }

  @Test
  void oneWhoAcceptsWithoutHavingTheCookieIsRefused() {
    Handshake connecting = Handshake.connecting(cookies(NEW));
    connecting.begin();
    say(connecting, say(Handshake.accepting(cookies(OLD)), Handshake.connecting(cookies(OLD)).begin()));
    byte[] accepted = new byte[HELLO];
    System.arraycopy(new byte[] {'B', 'N', 'A', Handshake.VERSION}, 0, accepted, 0, 4);
    say(connecting, accepted);
    assertEquals(Refusal.WRONG_COOKIE, connecting.refusal());
    assertFalse(connecting.isRefusedByPeer());
  }

  @Test
  void aHazelcastMemberIsToldThatACookieIsNeeded() {
    Handshake accepting = Handshake.accepting(cookies(NEW));
    byte[] answer = say(accepting, "HZC");
    assertEquals(Refusal.NO_COOKIE, accepting.refusal());
    assertEquals(Refusal.NO_COOKIE, Handshake.refusalIn(answer));
  }

  @Test
  void otherProtocolsAndVersionsAreGarbageAfterAFewBytes() {
    for (String text : List.of("GET", "CP2", "\u0016\u0003\u0001", "BNC\u0002", "BNX", "\0\0\0")) {
      Handshake accepting = Handshake.accepting(cookies(NEW));
      say(accepting, text);
      assertEquals(Refusal.GARBAGE, accepting.refusal(), text);
    }
    for (String text : List.of("H", "SSH-2.0", "BNA", "BNC\u0002")) {
      Handshake connecting = Handshake.connecting(cookies(NEW));
      say(connecting, text);
      assertEquals(Refusal.GARBAGE, connecting.refusal(), text);
    }
  }

  @Test
  void whatANodeSaysItselfProvesNothingToIt() {
    Cookies own = cookies(NEW);
    Handshake outwards = Handshake.connecting(own);
    Handshake inwards = Handshake.accepting(own);
    say(inwards, outwards.begin());
    assertEquals(Refusal.ITSELF, inwards.refusal());
    Handshake mirrored = Handshake.connecting(own);
    say(mirrored, mirrored.begin());
    assertEquals(Refusal.ITSELF, mirrored.refusal());
  }

  @Test
  void aNonceIsForgottenWithItsHandshake() {
    Cookies own = cookies(NEW);
    byte[] hello;
    Handshake outwards = Handshake.connecting(own);
    hello = outwards.begin();
    outwards.close();
    say(Handshake.accepting(own), hello);
    assertFalse(own.isOwn(Arrays.copyOfRange(hello, 4, HELLO)));
    Handshake accepted = Handshake.connecting(own);
    hello = accepted.begin();
    talk(accepted, Handshake.accepting(cookies(NEW)));
    assertFalse(own.isOwn(Arrays.copyOfRange(hello, 4, HELLO)));
  }

  @Test
  void whatWasHeardOnOneConnectionIsWorthlessOnTheNext() {
    Cookies shared = cookies(NEW);
    Handshake accepting = Handshake.accepting(shared);
    Handshake connecting = Handshake.connecting(cookies(NEW));
    byte[] hello = connecting.begin();
    byte[] proofs = say(connecting, say(accepting, hello));
    say(accepting, proofs);
    assertEquals(State.ACCEPTED, accepting.state());

    Handshake replayed = Handshake.accepting(shared);
    say(replayed, hello);
    say(replayed, proofs);
    assertEquals(Refusal.WRONG_COOKIE, replayed.refusal());
  }

  @Test
  void aProofOfOneRoleIsNoneOfTheOther() {
    Cookies one = cookies(NEW);
    byte[] a = one.nonce();
    byte[] b = one.nonce();
    assertEquals(0, one.matching(one.proof(0, Cookies.Role.ACCEPTING, a, b), Cookies.Role.ACCEPTING, a, b));
    assertEquals(-1, one.matching(one.proof(0, Cookies.Role.ACCEPTING, a, b), Cookies.Role.CONNECTING, a, b));
    assertEquals(-1, one.matching(one.proof(0, Cookies.Role.ACCEPTING, a, b), Cookies.Role.ACCEPTING, b, a));
  }

  @Test
  void moreThanBelongsToTheHandshakeEndsIt() {
    Handshake accepting = Handshake.accepting(cookies(NEW));
    byte[] hello = Handshake.connecting(cookies(NEW)).begin();
    say(accepting, Arrays.copyOf(hello, hello.length + 1));
    assertEquals(Refusal.GARBAGE, accepting.refusal());

    Handshake other = Handshake.accepting(cookies(NEW));
    Handshake connecting = Handshake.connecting(cookies(NEW));
    byte[] proofs = say(connecting, say(other, connecting.begin()));
    say(other, Arrays.copyOf(proofs, proofs.length + 1));
    assertEquals(Refusal.GARBAGE, other.refusal());
  }

  @Test
  void noCookieIsOnTheWireOrInATextForm() {
    Cookies own = cookies(NEW, OLD);
    Handshake connecting = Handshake.connecting(own);
    Handshake accepting = Handshake.accepting(cookies(NEW, OLD));
    talk(connecting, accepting);
    String said = wire.toString(StandardCharsets.ISO_8859_1);
    assertEquals(36 + 36 + 64 + 36, said.length());
    for (String text : List.of(said, own.toString(), connecting.toString(), accepting.toString())) {
      assertFalse(text.contains(NEW) || text.contains(OLD), "a cookie is shown");
    }
  }

  @Test
  void whoHasOneCookieLooksLikeOneWhoHasTwo() {
    byte[] nonce = cookies(NEW).nonce();
    byte[] first = cookies(NEW).proofs(Cookies.Role.CONNECTING, nonce, nonce);
    byte[] again = cookies(NEW).proofs(Cookies.Role.CONNECTING, nonce, nonce);
    assertEquals(64, first.length);
    assertArrayEquals(Arrays.copyOf(first, 32), Arrays.copyOf(again, 32));
    assertNotEquals(ByteBuffer.wrap(first, 32, 32), ByteBuffer.wrap(again, 32, 32));
  }

  @Property(tries = 300)
  void piecesMakeNoDifference(@ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 50) Integer> pieces) {
    Handshake connecting = Handshake.connecting(cookies(NEW));
    Handshake accepting = Handshake.accepting(cookies(OLD, NEW));
    byte[] said = connecting.begin();
    int piece = 0;
    for (boolean toAccepting = true; said.length > 0; toAccepting = !toAccepting) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      for (int at = 0; at < said.length; ) {
        int length = Math.min(said.length - at, pieces.get(piece++ % pieces.size()));
        answer.writeBytes((toAccepting ? accepting : connecting).receive(ByteBuffer.wrap(said, at, length)));
        at += length;
      }
      said = answer.toByteArray();
    }
    assertEquals(State.ACCEPTED, connecting.state());
    assertEquals(State.ACCEPTED, accepting.state());
  }

  @Provide
  Arbitrary<byte[]> noise() {
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    return Arbitraries.oneOf(bytes, bytes.map(each -> {
      byte[] begins = Arrays.copyOf(new byte[] {'B', 'N', 'C', Handshake.VERSION}, 4 + each.length);
      System.arraycopy(each, 0, begins, 4, each.length);
      return begins;
    }));
  }

  @Property(tries = 1_000)
  void noiseIsNeverAcceptedAndEndsSoon(@ForAll("noise") byte[] noise) {
    for (Handshake each : List.of(Handshake.connecting(cookies(NEW)), Handshake.accepting(cookies(NEW)))) {
      say(each, noise);
      assertNotEquals(State.ACCEPTED, each.state());
      assertTrue(noise.length < 36 || each.state() == State.REFUSED || noise.length == 36, "still listening");
      say(each, new byte[100]);
      assertEquals(State.REFUSED, each.state());
    }
  }

  @Property(tries = 500)
  void oneChangedBitOfAProofIsRefused(@ForAll @IntRange(min = 0, max = 32 * 8 - 1) int bit) {
    Handshake connecting = Handshake.connecting(cookies(NEW));
    Handshake accepting = Handshake.accepting(cookies(NEW));
    byte[] proofs = say(connecting, say(accepting, connecting.begin()));
    proofs[bit / 8] ^= (byte) (1 << bit % 8);
    say(accepting, proofs);
    assertEquals(Refusal.WRONG_COOKIE, accepting.refusal());
  }
}
