package org.f2d2.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.f2d2.verify.Check;
import org.f2d2.verify.Mutant;
import org.f2d2.verify.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the mathematics on flows whose answers are known in closed form. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the mathematics on closed-form flows, on this machine: what must hold is below its"
          + " limit, and deliberate mistakes (mutants) are noticed.",
      "The exit code is 1 when a check fails or a mutant is missed."
    })
final class VerifyCommand implements Callable<Integer> {

  @Mixin private ResultsOption results = new ResultsOption();

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  public Integer call() {
    device.use();
    Verification.Report report = Verification.run();
    results.print(() -> json(report), out -> print(report, out));
    return report.passed() ? 0 : 1;
  }

  /** The report as one object; its keys are a contract with other programs. */
  private record Found(List<FoundCheck> checks, List<FoundMutant> mutants) {}

  private record FoundCheck(
      String name, String method, double residual, double limit, boolean passed) {}

  private record FoundMutant(String name, double residual, double limit, boolean caught) {}

  private static Found json(Verification.Report report) {
    return new Found(
        report.checks().stream()
            .map(c -> new FoundCheck(c.name(), c.method(), c.residual(), c.limit(), c.passed()))
            .toList(),
        report.mutants().stream()
            .map(m -> new FoundMutant(m.name(), m.residual(), m.limit(), m.caught()))
            .toList());
  }

  private static void print(Verification.Report report, PrintWriter out) {
    TextTable checks = new TextTable(List.of("", "residual", "limit", "check", "method"), 0);
    for (Check check : report.checks()) {
      checks.row(
          List.of(
              check.passed() ? "ok" : "FAILED",
              scientific(check.residual()),
              scientific(check.limit()),
              check.name(),
              check.method()));
    }
    checks.print(out);
    out.println();
    TextTable mutants = new TextTable(List.of("", "residual", "limit", "mutant"), 0);
    for (Mutant mutant : report.mutants()) {
      mutants.row(
          List.of(
              mutant.caught() ? "caught" : "MISSED",
              scientific(mutant.residual()),
              scientific(mutant.limit()),
              mutant.name()));
    }
    mutants.print(out);
    out.printf(
        Locale.ROOT,
        "%n%d of %d checks passed, %d of %d mutants caught, %.1f s%n",
        report.checks().stream().filter(Check::passed).count(),
        report.checks().size(),
        report.mutants().stream().filter(Mutant::caught).count(),
        report.mutants().size(),
        report.seconds());
  }

  private static String scientific(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }
}
