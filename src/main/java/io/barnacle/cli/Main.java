package io.barnacle.cli;

import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The main class of {@code barnacle.jar}. */
public final class Main {

  private Main() {
  }

  /**
   * Runs a node, or {@code demo}.
   *
   * <p>Exit codes: 0 after a clean end, 1 if the node could not start or the demo missed a deadline, 2 for wrong arguments,
   * 143 (130) after SIGTERM (Ctrl-C).
   */
  public static void main(String[] args) {
    Started.now();
    Logging.quietLibraries();
    int code = commandLine().execute(args);
    if (code != 0) {
      System.exit(code); // else the node, if there is one, keeps the process alive
    }
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new RunCommand());
    line.getCommandSpec().versionProvider(new Version());
    line.addSubcommand(new DemoCommand()).addSubcommand(new DemoNodeCommand());
    line.setParameterExceptionHandler(Main::wrongArguments);
    line.setExecutionExceptionHandler((cause, command, parsed) -> Failure.print(cause, command));
    return line;
  }

  private static int wrongArguments(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    command.getErr().println(wrong.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
    command.getErr().println("--help lists what there is");
    return CommandLine.ExitCode.USAGE;
  }

  /** From the manifest of the jar. */
  private static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "barnacle " + (version == null ? "(not from a jar)" : version),
        "java " + Runtime.version()
      };
    }
  }
}
