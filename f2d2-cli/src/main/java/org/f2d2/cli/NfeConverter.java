package org.f2d2.cli;

import java.util.List;
import org.f2d2.error.F2d2Exception;
import org.f2d2.score.Nfe;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of network evaluations or the word {@code exact}. */
final class NfeConverter implements ITypeConverter<Nfe> {

  @Override
  public Nfe convert(String text) {
    try {
      return Nfe.parse(text);
    } catch (F2d2Exception e) {
      throw new TypeConversionException(Complaint.words(e));
    }
  }

  /** Refuses a list in which one is no number of evaluations. */
  static void require(List<Integer> counts, CommandSpec command) {
    for (int count : counts) {
      Complaint.asUsage(command, () -> new Nfe.Jumps(count));
    }
  }
}
