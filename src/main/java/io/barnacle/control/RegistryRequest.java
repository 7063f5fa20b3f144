package io.barnacle.control;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Which page of the registry somebody asks for.
 *
 * @param after the last address of the page before, or null
 * @param limit how many addresses it has at most
 */
record RegistryRequest(String after, int limit) {

  static final int DEFAULT_LIMIT = 1_000;
  static final int MOST = 10_000;

  RegistryRequest {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit: " + limit + " is not in 1.." + MOST);
    }
  }

  /** Reads the body of a message, null for all defaults; fails with {@link IllegalArgumentException}. */
  static Future<RegistryRequest> read(Object body) {
    if (body == null) {
      return Future.succeededFuture(new RegistryRequest(null, DEFAULT_LIMIT));
    }
    try {
      if (!(body instanceof JsonObject json)) {
        throw new IllegalArgumentException("the request is not a JSON object");
      }
      Object after = json.getValue("after");
      Object limit = json.getValue("limit", DEFAULT_LIMIT);
      if (after != null && !(after instanceof String)) {
        throw new IllegalArgumentException("after: is not text");
      }
      if (!(limit instanceof Integer)) {
        throw new IllegalArgumentException("limit: is not a whole number in 1.." + MOST);
      }
      return Future.succeededFuture(new RegistryRequest((String) after, (Integer) limit));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
  }

  JsonObject toJson() {
    return new JsonObject().put("after", after).put("limit", limit);
  }
}
