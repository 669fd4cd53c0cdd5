package org.f2d2.cli;

import java.io.PrintWriter;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code f2d2}, under which every other command hangs.
 *
 * <p>Results go to standard output, everything else to standard error. The exit code is 0 when the
 * work is done, 1 when it failed, 2 when the command line was wrong and 130 when it was
 * interrupted.
 */
@Command(
    name = "f2d2",
    description = "Fast likelihoods and samples from flow models.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      FitCommand.class,
      ScoreCommand.class,
      SampleCommand.class,
      EvaluateCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      MethodsCommand.class,
      CompareCommand.class,
      BenchCommand.class,
      ExperimentCommand.class,
      DataCommand.class,
    })
public final class Main implements Runnable {

  /** The exit code of work that a signal from the keyboard ended. */
  static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean debug;

  private Main() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param args the command line, without the name {@code f2d2}
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /**
   * The whole command tree, ready to parse and execute.
   *
   * @return a new command line that shares no state with an earlier one
   */
  static CommandLine commandLine() {
    var main = new Main();
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((failure, args) -> main.refuse(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> main.report(failure, command));
  }

  /** Without a command there is nothing to run: that is wrong usage, answered with the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new ParameterException(spec.commandLine(), "Say which command to run.");
  }

  // One line, like every failure: the help of a command is longer than a screen and would push the
  // reason out of sight.
  private int refuse(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println("f2d2: " + oneLine(failure.getMessage()) + " (" + name + " --help says more)");
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private int report(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    err.println("f2d2: " + describe(failure));
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  // A failure meant for the user speaks for itself. Anything else names its class too: without it a
  // message such as "3" tells nobody anything.
  private static String describe(Exception failure) {
    if (failure instanceof F2d2Exception) {
      return String.valueOf(failure.getMessage());
    }
    String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return failure.getClass().getSimpleName() + ": " + first + " (--debug shows the trace)";
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Says the version that the build wrote into the jar. */
  static final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      String shown = version == null ? "(unpackaged build)" : version;
      return new String[] {
        "f2d2 " + shown, "Java " + Runtime.version() + " on " + System.getProperty("os.arch"),
      };
    }
  }
}
