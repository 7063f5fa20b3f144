package io.barnacle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.barnacle.bench.Send.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {

  @Test
  void faster() {
    assertThat(Row.faster("x", "ms", 200, 4000, 20).markdown())
        .isEqualTo("| x | 200 ms | 4,000 ms | 20 × less | ≥ 20 × less | met |");
    assertThat(Row.faster("x", "ms", 201, 4000, 20).met()).isFalse();
    assertThat(Row.faster("x", "ms", Double.NaN, 4000, 20).met()).isFalse();
  }

  @Test
  void notWorseLeavesRoomForNoise() {
    assertThat(Row.notMore("x", "µs", List.of(105), List.of(100)).met()).isTrue();
    assertThat(Row.notMore("x", "µs", List.of(106), List.of(100)).met()).isFalse();
    assertThat(Row.notLess("x", "", List.of(95), List.of(100)).met()).isTrue();
    assertThat(Row.notLess("x", "", List.of(94), List.of(100)).met()).isFalse();
    assertThat(Row.notLess("x", "", List.of(), List.of()).met()).isFalse();
  }

  @Test
  void comparesTurnByTurn() {
    assertThat(Row.notLess("x", "", List.of(10, 200, 300), List.of(10, 200, 150)).markdown())
        .isEqualTo("| x | 200 | 150 | 1 × as much | not less (5 % noise) | met |");
  }

  @Test
  void limitIsIncluded() {
    assertThat(Row.atMost("x", "", 0, 0, 0).markdown()).isEqualTo("| x | 0 | 0 |  | 0 | met |");
    assertThat(Row.atMost("x", "", 1, 0, 0).met()).isFalse();
    assertThat(Row.atMost("x", "ms", 2, 17, 2).markdown())
        .isEqualTo("| x | 2 ms | 17 ms | 8.50 × less | ≤ 2 ms | met |");
    assertThat(Row.atMost("x", "ms", Double.NaN, 17, 2).met()).isFalse();
  }

  @Test
  void brokenIsMissed() {
    assertThat(Row.broken("x", new IllegalStateException("a\nb")).markdown())
        .isEqualTo("| x | broke off: a b |  |  |  | **missed** |");
  }

  @Test
  void percentiles() {
    assertThat(Stats.median(List.of(3, 1, 2))).isEqualTo(2);
    assertThat(Stats.max(List.of(3, 1, 2))).isEqualTo(3);
    assertThat(Stats.median(List.of())).isNaN();
  }

  @Test
  void sendsSurviveTheirJson() {
    List<Send> sends = List.of(new Send(1L << 40, 7, Outcome.NO_HANDLERS), new Send(2, 600_000, Outcome.NO_HANDLERS));
    assertThat(Send.fromJson(Send.toJson(sends))).isEqualTo(sends);
    assertThat(sends.get(0).isNoHandlersWithin(500)).isTrue();
    assertThat(sends.get(1).isNoHandlersWithin(500)).isFalse();
    assertThat(new Send(1, 7, Outcome.TIMEOUT).isNoHandlersWithin(500)).isFalse();
  }
}
