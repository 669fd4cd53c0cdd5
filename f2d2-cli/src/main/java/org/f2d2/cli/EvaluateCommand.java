package org.f2d2.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures few-step log-densities against the model's own exact ones. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Compares few-step log-densities with the model's own exact ones, and with labels if given.",
      "With --label, rows rank by minus their log-density. Labels 0 and 1 mean normal and anomaly;"
          + " otherwise the commonest label is normal and every other one an anomaly."
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DATA",
      description = "CSV, gzipped CSV, .npy or IDX; - is standard input.")
  private String data = "";

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private DeviceOption device = new DeviceOption();
  @Mixin private LabelsOption labels = new LabelsOption();

  @Option(
      names = "--nfe",
      paramLabel = "K",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "Numbers of network evaluations, separated by commas; ${DEFAULT-VALUE}.")
  private List<Integer> nfe = List.of();

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Column that says which rows are anomalies; adds AUROC and average precision.")
  private @Nullable String label;

  @Mixin private ResultsOption results = new ResultsOption();

  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() {
    NfeConverter.require(nfe, spec);
    device.use();
    try (DensityModel fitted = model.load();
        Progress progress = progressOption.open()) {
      LabelledEvaluation found =
          DataKind.of(fitted).evaluate(fitted, data, labels, label, nfe, progress, spec);
      results.print(() -> EvaluationJson.of(found), out -> EvaluationTable.print(found, out));
    }
    return 0;
  }
}
