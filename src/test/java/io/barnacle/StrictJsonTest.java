package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

  @Test
  void readsWhatVertxReads() {
    String text = "{\"a\": [1, 2.5, null, true], // why\n /* and more */ \"b\": {\"c\": \"d\"}}";
    assertEquals(new JsonObject(text), StrictJson.object(text));
  }

  @Test
  void theByteOrderMarkOfAnEditorIsNoMistake() {
    assertEquals(new JsonObject().put("a", 1), StrictJson.object("\uFEFF{\"a\": 1}"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
    "`` | is empty;",
    "` ;` | is not JSON, line 1, column 2:",
    "[1] | is not a JSON object, which begins with {",
    "\"a\" | is not a JSON object, which begins with {",
    "null | is not a JSON object, which begins with {",
    "// nothing | is not a JSON object, which begins with {",
    "`{\"a\": 1,\n \"b\" 2}` | is not JSON, line 2, column 6:",
    "`{\"a\": 1,\n\n` | is not JSON, line 3, column 1:",
    "{\"a\": 1, \"a\": 2} | Duplicate field 'a'",
    "{\"x\": {\"a\": 1, \"a\": 2}} | Duplicate field 'a'",
    "{'a': 1} | is not JSON, line 1, column 2:",
    "`{\"a\": 1}\n {}` | is not JSON, line 2, column 2: something follows the end of the object",
    "{\"a\": NaN} | is not JSON, line 1,",
  })
  void saysWhereItIsNotJson(String text, String what) {
    String message = assertThrows(IllegalArgumentException.class, () -> StrictJson.object(text)).getMessage();
    assertTrue(message.contains(what), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"psst-psst-psst-psst", "true-psst-psst", "psst"})
  void aWordWithoutQuotesMayBeASecretAndIsNotRepeated(String word) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () ->
        StrictJson.object("{\"cluster\": {\"cookie\": " + word + "}}"));
    for (Throwable each = refused; each != null; each = each.getCause()) {
      assertFalse(String.valueOf(each.getMessage()).contains("psst"), each.getMessage());
    }
    assertTrue(refused.getMessage().startsWith("is not JSON, line 1, column 2"), refused.getMessage());
  }

  @Test
  void depthAndLengthHaveBounds() {
    assertThrows(IllegalArgumentException.class, () -> StrictJson.object("{\"a\":".repeat(500_000)));
    assertThrows(IllegalArgumentException.class, () -> StrictJson.object("{\"a\":" + "[".repeat(500_000)));
    assertThrows(IllegalArgumentException.class, () -> StrictJson.object("{\"a\":" + "9".repeat(500_000) + "}"));
  }

  @Property(tries = 2000)
  void anyTextIsAnObjectOrRefused(
      @ForAll @Chars({'{', '}', '[', ']', '"', ':', ',', '\\', '/', '*', ' ', '\n', '1', '-', '.', 'e', 't', 'n'})
      @CharRange(from = '\u0000', to = '\u007f') String text) {
    try {
      StrictJson.object(text);
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().startsWith("is "), e.getMessage());
    }
  }
}
