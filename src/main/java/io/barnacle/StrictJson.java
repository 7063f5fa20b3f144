package io.barnacle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * Reads the text of a configuration file. Stricter than Vert.x about keys (one that stands twice is an error, as one of
 * the two is not what its author thinks) and with the line and column of a mistake. As in Vert.x, comments may stand in
 * it.
 */
final class StrictJson {

  private static final JsonFactory FACTORY = JsonFactory.builder()
      .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private StrictJson() {
  }

  /**
   * The object in a text.
   *
   * @throws IllegalArgumentException if it is empty, not JSON (with line and column), or not an object
   */
  static JsonObject object(String text) {
    String json = text.startsWith("\uFEFF") ? text.substring(1) : text; // the mark that Windows editors begin with
    if (json.isBlank()) {
      throw new IllegalArgumentException("is empty; the least is {\"strategy\": {\"type\": \"local_epmd\"}}");
    }
    try (JsonParser parser = FACTORY.createParser(json)) {
      requireObject(parser);
      return new JsonObject(json);
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException | DecodeException e) {
      throw new IllegalArgumentException("is not JSON: " + e.getMessage(), e);
    }
  }

  private static void requireObject(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("is not a JSON object, which begins with {");
    }
    parser.skipChildren();
    JsonToken more = parser.nextToken();
    if (more != null) {
      throw notJson(parser.currentTokenLocation(), "something follows the end of the object", null);
    }
  }

  /** Neither in the message nor in the cause a word that stands without quotes: it may be a secret. */
  private static IllegalArgumentException notJson(JsonProcessingException e) {
    String why = e.getOriginalMessage();
    return why.startsWith("Unrecognized token")
        ? notJson(e.getLocation(), "a word without quotes, which is none of true, false and null", null)
        : notJson(e.getLocation(), why, e);
  }

  /** Where the parser's own bounds (depth, length) are passed there is no location. */
  private static IllegalArgumentException notJson(JsonLocation at, String why, Throwable cause) {
    String where = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new IllegalArgumentException("is not JSON" + where + ": " + why, cause);
  }
}
