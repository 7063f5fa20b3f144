package io.barnacle.strategy.epmd;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: epmd's names and ours. */
final class Text {

  private Text() {
  }

  static Buffer encode(String text) {
    return Buffer.buffer(text);
  }

  /** Fails on bytes that are no UTF-8 instead of replacing them: two names must not become one. */
  static String decode(Buffer bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes())).toString();
  }
}
