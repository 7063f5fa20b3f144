package io.barnacle.examples;

import io.vertx.core.Vertx;

/** What all examples say in the same words. */
final class Example {

  private Example() {
  }

  /** This process, for people. */
  static String me() {
    return "process " + ProcessHandle.current().pid();
  }

  /** A clean end. */
  static void end(Vertx vertx) {
    vertx.close().onSuccess(v -> System.out.println("done"));
  }

  /** Says why it does not work, and ends the process: a failed start is nothing to wait for. */
  static void fail(Throwable cause) {
    System.err.println("failed: " + cause.getMessage());
    System.exit(1);
  }
}
