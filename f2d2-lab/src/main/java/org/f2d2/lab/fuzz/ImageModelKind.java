package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.data.ImageSet;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;

/** Model directories of images with one file damaged; judged as {@link ModelKind} is. */
final class ImageModelKind implements FuzzedKind {

  private static final String DIRECTORY = "model";

  private final Path material;
  private final ImageSet images = Material.images().range(0, 2);
  private List<DamagedFiles> whole = List.of();
  private String answers = "";

  ImageModelKind(Path material) {
    this.material = material;
  }

  @Override
  public String name() {
    return "image-model";
  }

  @Override
  public int share() {
    return 5;
  }

  @Override
  public void begin(Path folder) throws IOException {
    DamagedFiles files = new DamagedFiles(material.resolve(Material.IMAGE_MODEL));
    whole = List.of(files);
    files.write(folder.resolve(DIRECTORY));
    answers = answers(folder.resolve(DIRECTORY));
  }

  @Override
  public void write(long seed, Path folder) throws IOException {
    whole.get(0).write(folder.resolve(DIRECTORY), new Dice(seed));
  }

  @Override
  public Outcome check(long seed, Path folder) {
    return answers(folder.resolve(DIRECTORY)).equals(answers)
        ? Outcome.ACCEPTED
        : Outcome.changed("the model is read and answers otherwise");
  }

  private String answers(Path directory) {
    try (DensityModel model = DensityModel.load(directory)) {
      StringBuilder said = new StringBuilder();
      for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
        Scores scores = model.score(images, nfe);
        said.append(Arrays.toString(scores.logDensity()))
            .append(Arrays.toString(scores.errorBound()))
            .append(Arrays.toString(scores.pValue()));
      }
      for (double tolerance : new double[] {1, 10, 100}) {
        said.append(model.nfeFor(tolerance));
      }
      ImageSet drawn = model.sample(1, SampleOptions.DEFAULT).images();
      return said.append(Arrays.toString(drawn.levelsOf(0, 1))).toString();
    }
  }
}
