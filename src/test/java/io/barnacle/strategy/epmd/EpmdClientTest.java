package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.epmd.EpmdException.BrokeOff;
import io.barnacle.strategy.epmd.EpmdException.NotEpmd;
import io.barnacle.strategy.epmd.EpmdException.NotListening;
import io.barnacle.strategy.epmd.EpmdException.Silent;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpmdClientTest {

  private static final String HOST = PortMapper.LOOPBACK;
  private static final Entry ENTRY = Entry.of("x1", 5701, new Identity("c", HOST));

  private Loopback loopback;

  /** The three questions: what one does with a bad server, all do. */
  enum Ask {
    NAMES(port -> client -> client.names(HOST, port)),
    FIND(port -> client -> client.find(HOST, port, "x1")),
    REGISTER(port -> client -> client.register(HOST, port, ENTRY));

    private final Function<Integer, Function<EpmdClient, Future<?>>> question;

    Ask(Function<Integer, Function<EpmdClient, Future<?>>> question) {
      this.question = question;
    }
  }

  @BeforeEach
  void open() {
    loopback = new Loopback();
  }

  @AfterEach
  void close() {
    loopback.close();
  }

  private EpmdClient client(int timeoutMs) {
    return new EpmdClient(loopback.vertx, Duration.ofMillis(timeoutMs));
  }

  private <E extends EpmdException> E refused(Class<E> type, Ask ask, int port, int timeoutMs) {
    E failure = assertThrows(type,
        () -> loopback.on(() -> ask.question.apply(port).apply(client(timeoutMs)).mapEmpty()));
    assertEquals(port, failure.port());
    assertTrue(failure.getMessage().contains("epmd at 127.0.0.1:" + port), failure.getMessage());
    return failure;
  }

  @ParameterizedTest
  @EnumSource
  void aClosedPortIsNotListening(Ask ask) throws Exception {
    refused(NotListening.class, ask, FreePort.next(), 5_000);
  }

  @ParameterizedTest
  @EnumSource
  void aSilentServerCostsTheDeadline(Ask ask) throws Exception {
    Silent silent = refused(Silent.class, ask, loopback.silence(), 1_000);
    assertTrue(silent.getMessage().contains("did not answer within 1000 ms"), silent.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void garbageIsNotEpmd(Ask ask) throws Exception {
    int port = loopback.serve(socket -> socket.write("SSH-2.0-OpenSSH_9.2\r\n")); // and stays open
    refused(NotEpmd.class, ask, port, 5_000);
  }

  @ParameterizedTest
  @EnumSource
  void halfAnAnswerBreaksOff(Ask ask) throws Exception {
    Buffer half = switch (ask) {
      case NAMES -> Replies.names(1, List.of(ENTRY)).getBuffer(0, 12);
      case FIND -> Replies.port(Optional.of(ENTRY)).getBuffer(0, 12);
      case REGISTER -> Replies.alive(ENTRY, true, 1).getBuffer(0, 3);
    };
    says(refused(BrokeOff.class, ask, loopback.answer(half), 5_000), "(" + half.length() + " bytes came)");
  }

  @ParameterizedTest
  @EnumSource
  void closingWithoutAnAnswerBreaksOff(Ask ask) throws Exception {
    int port = loopback.serve(socket -> socket.handler(request -> socket.close()));
    says(refused(BrokeOff.class, ask, port, 5_000), "without an answer");
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatTricklesIsReadWhole(Ask ask) throws Exception {
    Buffer answer = switch (ask) {
      case NAMES -> Replies.names(1, List.of(ENTRY));
      case FIND -> Replies.port(Optional.of(ENTRY));
      case REGISTER -> Replies.alive(ENTRY, true, 1);
    };
    int port = loopback.serve(socket -> {
      AtomicInteger at = new AtomicInteger();
      loopback.vertx.setPeriodic(1, id -> {
        int next = at.getAndIncrement();
        if (next < answer.length()) {
          socket.write(answer.getBuffer(next, next + 1));
        } else {
          loopback.vertx.cancelTimer(id);
          if (ask != Ask.REGISTER) {
            socket.end();
          }
        }
      });
    });
    loopback.on(() -> ask.question.apply(port).apply(client(10_000)).mapEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatTricklesTooLongCostsTheDeadline(Ask ask) throws Exception {
    int port = loopback.serve(socket -> socket.handler(request -> socket.write(switch (ask) {
      case NAMES -> Replies.names(1, List.of(ENTRY));
      case FIND -> Replies.port(Optional.of(ENTRY)).getBuffer(0, 5);
      case REGISTER -> Replies.alive(ENTRY, true, 1).getBuffer(0, 5);
    })));
    says(refused(Silent.class, ask, port, 1_000), "did not finish its answer (");
  }

  @Test
  void anEndlessAnswerIsCut() throws Exception {
    int port = loopback.serve(socket -> {
      socket.write(Buffer.buffer().appendInt(4369));
      Buffer line = Buffer.buffer("name x1 at port 5701\n".repeat(1_000));
      loopback.vertx.setPeriodic(1, id -> socket.write(line).onFailure(e -> loopback.vertx.cancelTimer(id)));
    });
    says(refused(NotEpmd.class, Ask.NAMES, port, 20_000), "longer than 1048576 bytes");
  }

  @Test
  void tenThousandBytesOfNamesAreReadWhole() throws Exception {
    List<Entry> many = IntStream.range(0, 400)
        .mapToObj(i -> Entry.of("node-" + i, 5701 + i, new Identity("c", HOST))).toList();
    Buffer answer = Replies.names(4369, many);
    assertTrue(answer.length() > 10_000);
    int port = loopback.answer(answer);
    assertEquals(many.stream().map(Entry::name).toList(), loopback.on(() -> client(5_000).names(HOST, port)));
  }

  @Test
  void closesTheConnectionOfARefusedName() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    int port = loopback.serve(socket -> {
      socket.closeHandler(v -> closed.incrementAndGet());
      socket.handler(request -> socket.write(Replies.alive(ENTRY, false, 99))); // epmd leaves it to the client to close
    });
    assertTrue(loopback.on(() -> client(5_000).register(HOST, port, ENTRY)).isEmpty());
    Awaitility.await().until(() -> closed.get() == 1);
  }

  @Test
  void tellsARefusingPortFromOneThatAnswers() throws Exception {
    int there = loopback.silence();
    assertFalse(loopback.on(() -> client(5_000).refuses(HOST, there)));
    int nobody = FreePort.next();
    assertTrue(loopback.on(() -> client(5_000).refuses(HOST, nobody)));
  }

  private static void says(EpmdException failure, String part) {
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
  }
}
