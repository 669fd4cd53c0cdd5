package com.example;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.f2d2.DensityModel;
import org.f2d2.SampleOptions;
import org.f2d2.data.Table;
import org.f2d2.data.TableFile;
import org.f2d2.score.RowScore;
import org.f2d2.score.Scorer;
import org.f2d2.score.Scores;
import org.f2d2.train.FitListener;
import org.f2d2.train.Budget;
import org.f2d2.train.FitOptions;

/** Fits a model to the rows of a pump, scores rows, draws some and stores the model. */
public final class FitAndScore {

  private FitAndScore() {}

  /** Reads pump.csv of the folder that it is started in, and stores the model there. */
  public static void main(String[] args) {
    // README: fit
    Table pump = TableFile.read(Path.of("pump.csv"));
    FitOptions options = FitOptions.DEFAULT.with(new Budget.Steps(100));
    try (DensityModel model = DensityModel.fit(pump, options, FitListener.SILENT)) {
      RowScore row = model.scoreRow(Map.of("flow", 34.0, "pressure", 5.75, "power", 8.9));
      System.out.println(row.logDensity() + " nats, p-value " + row.pValue());
      Scores rows = model.score(new double[][] {{34.0, 5.75, 8.9}, {34.0, 6.8, 8.9}});
      System.out.println("p-values " + Arrays.toString(rows.pValue()));
      double[] drawn = model.sample(3, SampleOptions.DEFAULT).rows();
      System.out.println("three rows " + Arrays.toString(drawn));
      model.save(Path.of("model"));
    }
    // README: end

    // README: score
    Scorer scorer = Scorer.load(Path.of("model"));
    RowScore row = scorer.scoreRow(Map.of("flow", 34.0, "pressure", 6.8, "power", 8.9));
    if (row.pValue() <= 0.01) {
      System.out.println("strange: " + row);
    }
    // README: end
  }
}
