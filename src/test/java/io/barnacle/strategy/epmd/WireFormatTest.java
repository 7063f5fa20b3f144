package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {

  static final Entry ENTRY =
      new Entry("x1", 5701, 72, 0, 6, 5, Buffer.buffer("BRNC"));

  private static Buffer hex(String digits) {
    return Buffer.buffer(HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  // The bytes of these were exchanged with epmd of Erlang/OTP 25.

  @Test
  void writesWhatEpmdReads() {
    assertEquals(hex("0013 78 1645 48 00 0006 0005 0002 7831 0004 42524e43"), Requests.alive(ENTRY));
    assertEquals(hex("0003 7a 7831"), Requests.portPlease("x1"));
    assertEquals(hex("0001 6e"), Requests.names());
  }

  @Test
  void readsWhatEpmdWrites() throws Exception {
    assertEquals(Optional.of(true), Replies.readAlive(hex("76 00 6b04b3b1"), false));
    assertEquals(Optional.of(false), Replies.readAlive(hex("76 01 00000063"), false));
    assertEquals(Optional.of(true), Replies.readAlive(hex("79 00 0001"), false));
    assertEquals(Optional.of(Optional.empty()), Replies.readPort(hex("77 01"), false));
    assertEquals(Optional.of(Optional.of(ENTRY)),
        Replies.readPort(hex("77 00 1645 48 00 0006 0005 0002 7831 0004 42524e43"), false));
    assertEquals(Optional.of(List.of("x1")),
        Replies.readNames(hex("000061a7").appendString("name x1 at port 5701\n"), true));
    assertEquals(Optional.of(List.of()), Replies.readNames(hex("000061a7"), true));
  }

  @Test
  void answersOldNodesInTheOldForm() {
    Entry old = new Entry("x1", 5701, 72, 0, 5, 5, Buffer.buffer());
    assertEquals(hex("79 00 0002"), Replies.alive(old, true, 2));
    assertEquals(hex("76 00 00000002"), Replies.alive(ENTRY, true, 2));
    assertEquals(hex("76 01 00000000"), Replies.alive(ENTRY, false, 0));
  }

  @Test
  void aNameMayContainWhatTheListPutsAroundIt() throws Exception {
    Entry odd = new Entry("a at port 1", 5701, 72, 0, 6, 5, Buffer.buffer());
    assertEquals(Optional.of(List.of("a at port 1")), Replies.readNames(Replies.names(4369, List.of(odd)), true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "-ERR unknown command\r\n"})
  void otherProtocolsAreRefusedAtTheirFirstBytes(String greeting) {
    Buffer bytes = Buffer.buffer(greeting);
    assertThrows(Replies.Malformed.class, () -> Replies.readAlive(bytes, false));
    assertThrows(Replies.Malformed.class, () -> Replies.readPort(bytes, false));
    assertThrows(Replies.Malformed.class, () -> Replies.readNames(bytes, false));
  }

  @Test
  void aListThatBreaksOffIsNoShorterList() throws Exception {
    Buffer cut = hex("00001111").appendString("name x1 at port 5701\nname x2 at po");
    assertEquals(Optional.empty(), Replies.readNames(cut, true));
    assertEquals(Optional.empty(), Replies.readNames(Buffer.buffer(), true));
    assertEquals(Optional.empty(), Replies.readNames(hex("000011"), true));
    Buffer noise = hex("00001111").appendString("who are you\n");
    assertThrows(Replies.Malformed.class, () -> Replies.readNames(noise, true));
    Buffer notText = hex("00001111 6eff0a");
    assertThrows(Replies.Malformed.class, () -> Replies.readNames(notText, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "0001 6b", "0003 73 7831", "0001 64", // KILL, STOP, DUMP
      "0000", "ffff", "0001 6e 00", // lengths
      "000d 78 1645 48 00 0006 0005 0000 0000", // no name
      "000d 78 1645 48 00 0006 0005 0002 7831", // no Extra
      "000f 78 1645 48 00 0006 0005 0002 7831 0004", // Extra missing
      "0002 7a ff", // not UTF-8
  })
  void refusesWhatItDoesNotServe(String request) {
    assertThrows(Requests.Malformed.class, () -> Requests.read(hex(request), new Asked()));
  }

  @Test
  void everyTrueBeginningWaitsForMore() throws Exception {
    Buffer port = Replies.port(Optional.of(ENTRY));
    for (int length = 0; length < port.length(); length++) {
      Buffer beginning = port.getBuffer(0, length);
      assertEquals(Optional.empty(), Replies.readPort(beginning, false));
      assertEquals(Optional.empty(), Replies.readPort(beginning, true));
    }
    Buffer alive = Requests.alive(ENTRY);
    for (int length = 0; length < alive.length(); length++) {
      assertFalse(Requests.read(alive.getBuffer(0, length), new Asked()));
    }
  }

  @Test
  void identitiesOfLaterVersionsAreRead() {
    Buffer later = new Identity("c", "h").toExtra().setByte(4, (byte) 2).appendString("more");
    assertEquals(Optional.of(new Identity("c", "h")), Identity.of(later));
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeItIsSent() {
    String tooLong = "é".repeat(128);
    assertTrue(assertThrows(io.barnacle.strategy.StrategyException.class, () -> new Identity(tooLong, "h"))
        .getMessage().contains("cluster.name"));
  }
}
