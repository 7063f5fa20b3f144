package io.barnacle.cli;

import picocli.CommandLine;

/** What a person is told when a command fails: one message; the stack only where more was asked for. */
final class Failure {

  private Failure() {
  }

  /** Prints it; returns the exit code. */
  static int print(Throwable cause, CommandLine command) {
    if (Logging.isVerbose()) {
      cause.printStackTrace(command.getErr());
    } else {
      command.getErr().println(messageOf(cause));
    }
    command.getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  static String messageOf(Throwable cause) {
    String message = cause.getMessage();
    return "barnacle: " + (message == null || message.isBlank() ? cause.toString() : message);
  }
}
