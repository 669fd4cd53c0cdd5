package org.f2d2.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.f2d2.verify.Check;
import org.f2d2.verify.Mutant;
import org.f2d2.verify.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  public Integer call() {
    device.use();
    Verification.Report report = Verification.run();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(json(report), out);
    } else {
      print(report, out);
    }
    return report.passed() ? 0 : 1;
  }

  /** The report as one object; its keys are a contract with other programs. */
  static ObjectNode json(Verification.Report report) {
    ObjectNode root = Json.object();
    ArrayNode checks = root.putArray("checks");
    for (Check check : report.checks()) {
      ObjectNode entry = checks.addObject();
      entry.put("name", check.name());
      entry.put("method", check.method());
      Json.put(entry, "residual", check.residual());
      Json.put(entry, "limit", check.limit());
      entry.put("passed", check.passed());
    }
    ArrayNode mutants = root.putArray("mutants");
    for (Mutant mutant : report.mutants()) {
      ObjectNode entry = mutants.addObject();
      entry.put("name", mutant.name());
      Json.put(entry, "residual", mutant.residual());
      Json.put(entry, "limit", mutant.limit());
      entry.put("caught", mutant.caught());
    }
    return root;
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
    out.flush();
  }

  private static String scientific(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }
}
