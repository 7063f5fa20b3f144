package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EvidenceTest {

  private final Evidence evidence = new Evidence();

  @Test
  void nothingIsKnownBeforeTheFirstAnswer() {
    assertTrue(evidence.rightSince().isEmpty());
    assertTrue(evidence.lastAsked().isEmpty());
  }

  @Test
  void rightSinceTheFirstRightAnswer() {
    evidence.add(10, 12, null);
    evidence.add(20, 22, null);
    assertEquals(OptionalLong.of(12), evidence.rightSince());
    assertEquals(OptionalLong.of(20), evidence.lastAsked());
  }

  @Test
  void aWrongAnswerVoidsWhatWasAskedBeforeIt() {
    evidence.add(10, 12, null);
    evidence.add(20, 22, "bad");
    assertTrue(evidence.rightSince().isEmpty());
    evidence.add(30, 32, null);
    assertEquals(OptionalLong.of(32), evidence.rightSince());
    assertEquals("bad", evidence.lastWrong());
  }

  @Test
  void aTimeoutThatIsReportedLateDoesNotVoidWhatWasAskedAfterIt() {
    evidence.add(10, 12, null);
    evidence.add(30, 32, null);
    evidence.add(20, 120, "timed out");
    assertEquals(OptionalLong.of(32), evidence.rightSince());
  }

  @Test
  void aRightAnswerToAQuestionFromBeforeTheFaultDoesNotCount() {
    evidence.add(20, 22, "bad");
    evidence.add(10, 40, null);
    assertTrue(evidence.rightSince().isEmpty());
  }
}
