package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.f2d2.DensityModel;
import org.f2d2.data.Batch;
import org.f2d2.data.IdxFile;
import org.f2d2.data.ImageSet;
import org.f2d2.data.Table;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.objective.AlignYourFlow;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.train.Budget;
import org.f2d2.train.ConditionOptions;
import org.f2d2.train.FitChoices;
import org.f2d2.train.FitInterrupted;
import org.f2d2.train.FitListener;
import org.f2d2.train.FitOptions;
import org.f2d2.train.ImageFitOptions;
import org.f2d2.train.StudentOptions;
import org.f2d2.train.TeacherOptions;

/** Whole models, checkpoints and data, of which damaged ones are made: small, and fitted once. */
final class Material {

  /** A table model with a log-density head, a lattice column and a constant one. */
  static final String MODEL = "model";

  /** A table model with classes, of a map that learned all strengths of autoguidance. */
  static final String CLASSES = "classes";

  static final String IMAGE_MODEL = "image-model";
  static final String CHECKPOINT = "checkpoint";
  static final String IMAGE_CHECKPOINT = "image-checkpoint";

  /** The directories of models. */
  static final List<String> MODELS = List.of(MODEL, CLASSES, IMAGE_MODEL);

  /** Rows for {@link #MODEL}. */
  static final String ROWS = "rows.csv";

  /** Fewer rows than any fit takes. */
  static final String FEW_ROWS = "few.csv";

  /** Images for {@link #IMAGE_MODEL}. */
  static final String IMAGES = "images-idx3-ubyte";

  private static final int SIDE = 4;
  private static final int COUNT = 120;

  private Material() {}

  /**
   * Writes it all into a folder; what is there already stays.
   *
   * @throws IOException when the folder cannot be written
   */
  static void prepare(Path folder) throws IOException {
    Path finished = folder.resolve("finished");
    if (Files.exists(finished)) {
      return;
    }
    Files.createDirectories(folder);
    writeRows(folder.resolve(ROWS), COUNT);
    writeRows(folder.resolve(FEW_ROWS), 3);
    IdxFile.write(folder.resolve(IMAGES), images());
    DensityModel.fit(rows(), options(), folder.resolve(MODEL), false, FitListener.SILENT).close();
    DensityModel.fit(rows(), classes(), folder.resolve(CLASSES), false, FitListener.SILENT).close();
    DensityModel.fit(
            images(), imageOptions(), folder.resolve(IMAGE_MODEL), false, FitListener.SILENT)
        .close();
    step(false, folder.resolve(CHECKPOINT), false);
    step(true, folder.resolve(IMAGE_CHECKPOINT), false);
    Files.createFile(finished);
  }

  /** Does one step of the fit of {@link #CHECKPOINT}, or of {@link #IMAGE_CHECKPOINT}. */
  static void step(boolean ofImages, Path directory, boolean resume) {
    Batch rows = ofImages ? images() : rows();
    FitChoices options = ofImages ? imageOptions() : options();
    try {
      DensityModel.fit(rows, options, directory, resume, new StopAfterAStep()).close();
      throw new IllegalStateException("the fit was to be stopped, and ended");
    } catch (FitInterrupted expected) {
      return;
    }
  }

  private static FitOptions options() {
    TeacherOptions teacher = new TeacherOptions(8, 2, 16, 4e-3, 0, 0.9, 16, 2, 2);
    StudentOptions student = new StudentOptions(8, 2, 16, 4e-3, 0.9, true, true, 2, 0, 0, false);
    return new FitOptions(
        TrajectoryRegression.METHOD,
        new Budget.Steps(3),
        1,
        1,
        FitOptions.DEFAULT.decorrelation(),
        teacher,
        student,
        ConditionOptions.NONE);
  }

  private static FitOptions classes() {
    FitOptions of = options();
    return new FitOptions(
        AlignYourFlow.AYF_EMD,
        of.budget(),
        of.seed(),
        of.workers(),
        of.decorrelation(),
        of.teacher(),
        of.student().toBuilder().autoguidance(true).build(),
        ConditionOptions.on("count"));
  }

  private static ImageFitOptions imageOptions() {
    return new ImageFitOptions(
        TrajectoryRegression.METHOD,
        new Budget.Steps(2),
        1,
        1,
        new ImageArchitecture.Convolutional(2, 8, List.of(1), 1, 1, 2),
        8,
        1e-3,
        1e-3,
        0.9,
        8,
        false);
  }

  /** The rows of {@link #ROWS}: two correlated columns, a count and a constant. */
  static Table rows() {
    List<double[]> rows = drawn(COUNT);
    double[] values = new double[4 * rows.size()];
    for (int r = 0; r < rows.size(); r++) {
      System.arraycopy(rows.get(r), 0, values, 4 * r, 4);
    }
    return Table.of(List.of("x", "y", "count", "seven"), values);
  }

  private static List<double[]> drawn(int count) {
    Dice dice = new Dice(1);
    List<double[]> rows = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      double x = dice.gaussian();
      double y = x + 0.5 * dice.gaussian();
      // As many digits as the file has.
      rows.add(new double[] {Math.rint(1e6 * x) / 1e6, Math.rint(1e6 * y) / 1e6, dice.below(3), 7});
    }
    return rows;
  }

  private static void writeRows(Path file, int count) throws IOException {
    StringBuilder text = new StringBuilder("x,y,count,seven\n");
    for (double[] row : drawn(count)) {
      text.append(
          String.format(Locale.ROOT, "%.6f,%.6f,%.0f,%.0f%n", row[0], row[1], row[2], row[3]));
    }
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  /** The images of {@link #IMAGES}. */
  static ImageSet images() {
    Dice dice = new Dice(2);
    byte[] pixels = new byte[COUNT * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (60 * (i % SIDE) + dice.below(50));
    }
    return new ImageSet(1, SIDE, SIDE, 256, pixels, new int[0]);
  }
}
