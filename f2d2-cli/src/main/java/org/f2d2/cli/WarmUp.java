package org.f2d2.cli;

import java.io.PrintWriter;
import java.io.Writer;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import picocli.CommandLine;

/**
 * Loads what nearly every command loads, for the launcher's class archive, and prints nothing.
 *
 * <p>The launcher runs this once after a build and has the JVM store the loaded classes in a form
 * that later starts map into memory. A class left out here costs a little time at each start; it
 * does not change what a command does.
 */
final class WarmUp {

  private WarmUp() {}

  /**
   * Loads the classes.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine commandLine = Main.commandLine().setOut(nowhere).setErr(nowhere);
    commandLine.execute("--help");
    commandLine.execute("--version");
    try (Scope scope = Scope.open()) {
      Tensor ones = Tensor.ones(DType.FLOAT32, 4, 4);
      ones.matmul(ones).sum().item();
    }
  }
}
