package org.f2d2.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.f2d2.cli.report.PageText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportTest {

  @TempDir private Path folder;

  @Test
  void pageOfTwoColumnsHasDensitiesAndStandsAlone() throws Exception {
    String page = page(TinyModel.MODEL, TinyModel.DATA);
    assertTrue(page.contains("<h2>Density</h2>"));
    assertEquals(5, count(page, "data:image/png"));
    assertTrue(page.contains("<h2>Provenance</h2>"));
    assertFalse(page.contains("<script"));
    assertFalse(page.contains("http://"));
    assertFalse(page.contains("https://"));
    assertFalse(PageText.of(page).contains("NaN"));
    wellFormed(page);
  }

  @Test
  void pageWithoutDataOfAModelWithAConstantColumn() throws Exception {
    Path file = folder.resolve("report.html");
    Program.run(
            "report",
            "--model",
            TinyModel.WithConstant.MODEL,
            "--exact-seconds",
            0,
            "--quiet",
            "--output",
            file)
        .succeeded();
    String page = Files.readString(file);
    assertFalse(page.contains("<h2>Density</h2>"));
    assertTrue(page.contains("Found in the training data"));
    wellFormed(page);
  }

  @Test
  void aPageSaysWhetherItsRowsAreTheTrainingRows() throws Exception {
    String page = PageText.of(page(TinyModel.MODEL, TinyModel.MORE_DATA));
    assertTrue(page.contains("rows that the model was fitted on"), "of the training rows");
    String other = PageText.of(page(TinyModel.MODEL, TinyModel.DATA));
    assertTrue(other.contains("rows of the data that were given"), "of other rows");
  }

  @Test
  void rowsThatAllDepartAreRefusedInOneLine() throws IOException {
    Path data = Files.writeString(folder.resolve("departs.csv"), "a,b,c\n1,2,9\n");
    Program.run("report", "--model", TinyModel.WithConstant.MODEL, "--data", data, "--quiet")
        .failed(1, "none of the rows has a density");
  }

  private String page(Path model, Path data) throws IOException {
    Path file = folder.resolve("report.html");
    Program.Run run =
        Program.run(
                "report",
                "--model",
                model,
                "--data",
                data,
                "--exact-seconds",
                0,
                "--quiet",
                "--output",
                file)
            .succeeded();
    assertEquals(file.toString(), run.out().strip());
    return Files.readString(file);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  // Charts are XML as they stand, and a parser for those finds any tag left open.
  private static void wellFormed(String page) throws Exception {
    Matcher charts = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
    int found = 0;
    while (charts.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(charts.group())));
      found++;
    }
    assertTrue(found > 4);
  }
}
