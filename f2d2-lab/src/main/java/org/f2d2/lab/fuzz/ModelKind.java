package org.f2d2.lab.fuzz;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.f2d2.DensityModel;
import org.f2d2.ModelNetworks;
import org.f2d2.SampleOptions;
import org.f2d2.data.ImageSet;
import org.f2d2.score.Nfe;
import org.f2d2.score.Scores;
import org.f2d2.train.FittedFlow;

/** Model directories, of tables or of images. */
final class ModelKind extends DirectoryKind<String> {

  private static final ImageSet IMAGES = Material.images().range(0, 2);

  private ModelKind(String name, int share, Path material, String... origins) {
    super(name, share, material, origins);
  }

  static ModelKind ofTables(Path material) {
    return new ModelKind("model", 15, material, Material.MODEL, Material.CLASSES);
  }

  static ModelKind ofImages(Path material) {
    return new ModelKind("image-model", 5, material, Material.IMAGE_MODEL);
  }

  @Override
  String answers(String origin, Path directory) {
    boolean images = origin.equals(Material.IMAGE_MODEL);
    double[] rows = Arrays.copyOf(Material.rows().values(), 12);
    // A row that departs from the constant column.
    rows[11] = 8;
    try (DensityModel model = DensityModel.load(directory)) {
      StringBuilder said = new StringBuilder();
      for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
        Scores scores = images ? model.score(IMAGES, nfe) : model.score(rows, nfe);
        said.append(Arrays.toString(scores.logDensity()))
            .append(Arrays.toString(scores.errorBound()))
            .append(Arrays.toString(scores.pValue()))
            .append(scores.failures());
      }
      for (double tolerance : new double[] {0.01, 0.1, 1, 10, 100}) {
        said.append(model.nfeFor(tolerance));
      }
      return said.append(images ? drawnImage(model) : columnsAndRows(model)).toString();
    }
  }

  private static String drawnImage(DensityModel model) {
    return Arrays.toString(model.sample(1, SampleOptions.DEFAULT).images().levelsOf(0, 1));
  }

  private static String columnsAndRows(DensityModel model) {
    double strength = ModelNetworks.of(model).others().containsKey(FittedFlow.AUTOGUIDED) ? 2 : 1;
    SampleOptions options =
        new SampleOptions(new Nfe.Jumps(2), false, false, 0, Optional.empty(), strength, 3);
    return model.columns() + (model.guided() + Arrays.toString(model.sample(3, options).rows()));
  }

  @Override
  Outcome compare(String whole, String damaged) {
    return damaged.equals(whole)
        ? Outcome.ACCEPTED
        : Outcome.changed("the model is read and answers otherwise");
  }
}
