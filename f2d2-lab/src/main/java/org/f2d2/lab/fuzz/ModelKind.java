package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.train.FittedFlow;

/**
 * Model directories of tables with one file damaged. Whatever is read must answer like the whole
 * model, bit for bit: a change that nobody notices is worse than a refusal.
 */
final class ModelKind implements FuzzedKind {

  private static final String DIRECTORY = "model";

  private final Path material;
  private final Map<String, DamagedFiles> wholes = new HashMap<>();
  private final Map<String, String> answers = new HashMap<>();

  ModelKind(Path material) {
    this.material = material;
  }

  @Override
  public String name() {
    return "model";
  }

  @Override
  public int share() {
    return 15;
  }

  private static String origin(long seed) {
    return (seed & 3) == 0 ? Material.CLASSES : Material.MODEL;
  }

  @Override
  public void begin(Path folder) throws IOException {
    for (String name : List.of(Material.MODEL, Material.CLASSES)) {
      DamagedFiles whole = new DamagedFiles(material.resolve(name));
      wholes.put(name, whole);
      whole.write(folder.resolve(DIRECTORY));
      answers.put(name, answers(folder.resolve(DIRECTORY)));
    }
  }

  @Override
  public void write(long seed, Path folder) throws IOException {
    DamagedFiles whole = wholes.get(origin(seed));
    if (whole != null) {
      whole.write(folder.resolve(DIRECTORY), new Dice(seed));
    }
  }

  @Override
  public Outcome check(long seed, Path folder) {
    String said = answers(folder.resolve(DIRECTORY));
    return said.equals(answers.get(origin(seed)))
        ? Outcome.ACCEPTED
        : Outcome.changed("the model is read and answers otherwise");
  }

  /** What a model says in all the ways that its parts have a share in. */
  private static String answers(Path directory) {
    try (DensityModel model = DensityModel.load(directory)) {
      double[] rows = Arrays.copyOf(Material.rows().values(), 12);
      // A row that departs from the constant column.
      rows[11] = 8;
      StringBuilder said = new StringBuilder(model.columns().toString()).append(model.guided());
      for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
        Scores scores = model.score(rows, nfe);
        said.append(Arrays.toString(scores.logDensity()))
            .append(Arrays.toString(scores.errorBound()))
            .append(Arrays.toString(scores.pValue()))
            .append(scores.failures());
      }
      for (double tolerance : new double[] {0.01, 0.1, 1, 10}) {
        said.append(model.nfeFor(tolerance));
      }
      Optional<Double> all = Optional.empty();
      double strength = model.fitted().others().containsKey(FittedFlow.AUTOGUIDED) ? 2 : 1;
      SampleOptions options =
          new SampleOptions(new Nfe.Jumps(2), false, false, 0, all, strength, 3);
      return said.append(Arrays.toString(model.sample(3, options).rows())).toString();
    }
  }
}
