package org.f2d2.cli;

import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a failure means, in one line for the person who can mend it. */
final class Complaint {

  private static final int LONGEST_CHAIN = 20;

  private Complaint() {}

  /** About work that failed. */
  static String about(Throwable failure) {
    for (Throwable cause : chain(failure)) {
      if (cause instanceof F2d2Exception of) {
        return oneLine(words(of));
      }
      if (cause instanceof OutOfMemoryError || isNativeExhaustion(cause)) {
        return outOfMemory(cause);
      }
      if (cause instanceof StackOverflowError) {
        return "out of stack: something is nested too deeply (--debug shows the trace)";
      }
      if (cause instanceof InvalidPathException path) {
        return oneLine(aboutPath(path));
      }
    }
    // Its class is named too: without it a message such as "3" tells nobody anything.
    String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return failure.getClass().getSimpleName() + ": " + first + " (--debug shows the trace)";
  }

  /** The message of an exception, with options as they are called on the command line. */
  static String words(F2d2Exception failure) {
    return failure instanceof OptionException option
        ? option.asCommandLine()
        : String.valueOf(failure.getMessage());
  }

  /** What the supplier makes; options that it refuses are wrong usage. */
  static <T> T asUsage(CommandSpec command, Supplier<T> options) {
    try {
      return options.get();
    } catch (F2d2Exception e) {
      throw new ParameterException(command.commandLine(), words(e));
    }
  }

  /** About a command line that is wrong. */
  static String about(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    List<String> unknown = command.getUnmatchedArguments();
    // Whoever mistypes an option that is needed should hear about what was typed.
    boolean mistyped =
        failure instanceof MissingParameterException
            && !unknown.isEmpty()
            && unknown.get(0).startsWith("-");
    if (!unknown.isEmpty() && (mistyped || failure instanceof UnmatchedArgumentException)) {
      return oneLine(unknown(command, unknown.get(0)));
    }
    // picocli names an option before what a converter says, which may name it too.
    return oneLine(
        String.valueOf(failure.getMessage())
            .replaceFirst("^Invalid value for option '(--[\\w-]+)'[^:]*: (?=\\1 )", ""));
  }

  private static String unknown(CommandLine command, String word) {
    List<String> known = new ArrayList<>();
    boolean option = word.startsWith("-");
    String typed = option ? word.replaceFirst("=.*", "") : word;
    if (option) {
      command.getCommandSpec().options().forEach(o -> known.addAll(List.of(o.names())));
    } else {
      known.addAll(command.getSubcommands().keySet());
    }
    String what =
        option
            ? "Unknown option '" + typed + "'"
            : known.isEmpty()
                ? "'" + typed + "' is one argument too many"
                : "There is no command '" + typed + "'";
    Optional<String> meant = Spelling.meant(typed, known);
    return what + meant.map(m -> "; did you mean " + m + "?").orElse("");
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    Throwable next = failure;
    while (next != null && chain.size() < LONGEST_CHAIN) {
      chain.add(next);
      next = next.getCause();
    }
    return chain;
  }

  /** libtorch's and oneDNN's words for memory that the system did not give. */
  private static boolean isNativeExhaustion(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("can't allocate memory") || message.contains("bad_alloc");
  }

  private static String outOfMemory(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains("heap") || message.contains("GC overhead")) {
      return "out of memory: the heap of the JVM is limited to "
          + (Runtime.getRuntime().maxMemory() >> 20)
          + " MB; F2D2_JAVA_OPTS=-Xmx4g, for example, gives it more";
    }
    if (message.contains("array size") || message.contains("array length")) {
      return "too large to be held in memory at once";
    }
    return "out of memory: the system gives no more to this process";
  }

  private static String aboutPath(InvalidPathException failure) {
    String reason = String.valueOf(failure.getReason());
    return reason.contains("unmappable")
        ? "'"
            + failure.getInput()
            + "' cannot be a file name under this locale; setting LC_ALL=C.UTF-8 helps"
        : "'" + failure.getInput() + "' cannot be a file name: " + reason;
  }

  private static String oneLine(@Nullable String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
