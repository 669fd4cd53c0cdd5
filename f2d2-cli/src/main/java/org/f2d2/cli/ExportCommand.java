package org.f2d2.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.f2d2.DensityModel;
import org.f2d2.error.F2d2Exception;
import org.f2d2.onnx.OnnxExport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model in a format that other runtimes read. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model for other runtimes: density.onnx takes input columns and k and gives the"
          + " log-density, sampler.onnx takes standard normal noise and k and gives rows.",
      "Both carry the preprocessing."
    })
final class ExportCommand implements Callable<Integer> {

  /** Formats of the files. */
  enum Format {
    /** Open Neural Network Exchange. */
    ONNX
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--format",
      description = "What to write: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.",
      defaultValue = "onnx")
  private Format format = Format.ONNX;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where to; the model's directory if not given.")
  private @Nullable Path output;

  @Override
  public Integer call() {
    Path folder = output == null ? model.directory() : output;
    try (DensityModel fitted = model.loadTable()) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new F2d2Exception(folder + ": cannot be made: " + e.getMessage());
      }
      switch (format) {
        case ONNX -> onnx(fitted, folder);
      }
    }
    return 0;
  }

  private void onnx(DensityModel fitted, Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    Path sampler = folder.resolve("sampler.onnx");
    OnnxExport.sampler(fitted, sampler);
    out.println(sampler);
    if (fitted.card().calibration().few().isEmpty()) {
      spec.commandLine().getErr().println("f2d2: the model has no few-step density to export");
    } else {
      Path density = folder.resolve("density.onnx");
      OnnxExport.density(fitted, density);
      out.println(density);
    }
  }
}
