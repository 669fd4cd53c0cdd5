package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.f2d2.cli.report.SmallImageResults;
import org.f2d2.lab.images.ImageResults;
import org.junit.jupiter.api.Test;

class ImageSummaryTest {

  @Test
  void rowsOfAllTables() {
    assertEquals(
        List.of(
            "evaluations bits per dimension less the teacher's mean absolute error correlation"
                + " within bound, % images/s",
            "1 2.9525 0.0150 0.0225 0.9925 95.3 1,000",
            "2 2.9425 0.0050 0.0125 0.9965 94.7 250",
            "exact 2.9375 - - - - 2.00",
            "",
            "samples of evaluations Fréchet distance precision, % recall, %",
            "teacher 50 3.250 80.0 70.0",
            "velocity 1 9.500 60.0 50.0",
            "velocity 2 7.500 65.0 55.0",
            "joint 1 8.500 61.0 51.0",
            "joint 2 6.250 66.0 56.0",
            "guided 2 5.750 67.0 57.0",
            "other real images - 0.750 90.0 91.0",
            "",
            "score against <digits> AUROC",
            "bits & pieces 0.1250",
            "typicality 0.9375",
            "",
            "teacher, bits per dimension: model space 4.5000 - derivative 1.5625 = 2.9375"
                + " (3 images)"),
        lines(SmallImageResults.WHOLE));
  }

  @Test
  void tablesThatWereNotMeasuredAreLeftOut() {
    assertEquals(6, lines(SmallImageResults.BARE).size());
  }

  private static List<String> lines(ImageResults results) {
    StringWriter text = new StringWriter();
    ImageSummary.print(results, new PrintWriter(text));
    return text.toString().lines().map(line -> line.replaceAll(" +", " ")).toList();
  }
}
