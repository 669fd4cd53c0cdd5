package org.f2d2.lab.fuzz;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The command line as the fuzz suite sees it. The module of the commands implements it, with a
 * public constructor without arguments.
 */
public interface CommandsUnderTest {

  /**
   * Runs a command as the program does, in this process. A command that is right and would work for
   * minutes is parsed and not run.
   *
   * @param arguments the command line
   * @param err hears what goes to standard error
   * @return the exit code
   */
  int run(List<String> arguments, PrintWriter err);

  /**
   * The settings of {@code fit} that a configuration file gives, by long option, as text.
   *
   * @throws org.f2d2.error.F2d2Exception when the file is refused
   */
  Map<String, String> settings(Path config);
}
