package org.f2d2.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code f2d2}, under which every other command hangs.
 *
 * <p>Results go to standard output, everything else to standard error. The exit code is 0 when the
 * work is done, 1 when it failed, 2 when the command line was wrong, 130 when it was interrupted
 * and 141 when the reader of its results has left.
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
      WeightsCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      MethodsCommand.class,
      CompareCommand.class,
      BoltzmannCommand.class,
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
    PrintWriter out = StandardOutput.writer();
    System.exit(execute(args, out, commandLine().getErr()));
  }

  /**
   * Runs one command, whatever becomes of it.
   *
   * @param out hears the results that are text
   * @param err hears everything else
   * @return the exit code
   */
  static int execute(String[] args, PrintWriter out, PrintWriter err) {
    Main main = new Main();
    CommandLine commandLine = main.tree().setOut(out).setErr(err);
    int code;
    try {
      code = commandLine.execute(args);
    } catch (Error e) {
      // Exhausted memory, natives that cannot be loaded: picocli hands on exceptions only.
      code = main.report(e, commandLine);
    }
    out.flush();
    return main.afterOutput(code, err);
  }

  /**
   * The whole command tree, ready to parse and execute.
   *
   * @return a new command line that shares no state with an earlier one
   */
  static CommandLine commandLine() {
    return new Main().tree();
  }

  private CommandLine tree() {
    return reading(new CommandLine(this))
        .setParameterExceptionHandler((failure, args) -> refuse(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
  }

  /** A command line that reads values as all commands do. */
  static CommandLine reading(CommandLine commandLine) {
    // Each is made once: JDK 17 crashes when it archives two equal method references of a class.
    ITypeConverter<Integer> whole = text -> (int) whole(text, Integer.MAX_VALUE);
    ITypeConverter<Long> large = text -> whole(text, Long.MAX_VALUE);
    ITypeConverter<Double> number = Main::number;
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        // A file may be called @x, and no argument is worth reading options out of a file.
        .setExpandAtFiles(false)
        .registerConverter(Integer.class, whole)
        .registerConverter(int.class, whole)
        .registerConverter(Long.class, large)
        .registerConverter(long.class, large)
        .registerConverter(Double.class, number)
        .registerConverter(double.class, number);
  }

  private static long whole(String text, long most) {
    try {
      long value = Long.parseLong(text.strip());
      if (Math.abs(value) <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      if (!text.strip().matches("[+-]?\\d+")) {
        throw new TypeConversionException("'" + text + "' is not a whole number");
      }
    }
    throw new TypeConversionException("'" + text + "' is too large");
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number");
    }
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
    err.println("f2d2: " + Complaint.about(failure) + " (" + name + " --help says more)");
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private int report(Throwable failure, CommandLine command) {
    if (StandardOutput.readerHasLeft()) {
      return StandardOutput.PIPE_CLOSED;
    }
    PrintWriter err = command.getErr();
    err.println("f2d2: " + Complaint.about(failure));
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The exit code of a command whose results may not have reached standard output. */
  private int afterOutput(int code, PrintWriter err) {
    Optional<IOException> failure = StandardOutput.failure();
    if (failure.isEmpty()) {
      return code;
    }
    if (StandardOutput.readerHasLeft()) {
      return StandardOutput.PIPE_CLOSED;
    }
    if (code == 0) {
      err.println("f2d2: standard output: cannot be written: " + failure.get().getMessage());
      err.flush();
      return CommandLine.ExitCode.SOFTWARE;
    }
    return code;
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
