package org.f2d2.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.f2d2.data.ImageSet;
import org.f2d2.lab.images.ImagePictures;
import org.f2d2.lab.images.ImagePictures.Grid;
import org.f2d2.lab.images.ImagePictures.ScoredImages;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ImagePageTest {

  private static final ImageSet GREY =
      new ImageSet(1, 1, 2, 17, new byte[] {0, 16, 8, 4}, new int[0]);
  private static final ImageSet COLOUR =
      new ImageSet(3, 1, 1, 256, new byte[] {(byte) 255, 0, (byte) 128}, new int[0]);
  private static final ImageSet NONE = GREY.range(0, 0);
  private static final ImagePictures PICTURES =
      new ImagePictures(
          List.of(
              new Grid("joint \"k\" < 2", "fresh & new", GREY, 8),
              new Grid("real images", "", COLOUR, 1),
              new Grid("nothing to see", "", NONE, 1)),
          List.of(
              new ScoredImages(
                  "most likely",
                  "of the test images",
                  GREY,
                  new double[] {1.0625, Double.NaN},
                  new double[] {1.125, 2.125}),
              new ScoredImages("nothing to tell", "", NONE, new double[0], new double[0])));

  @Test
  void figuresAndImagesOfAllParts() throws Exception {
    String page = ImagePage.of(SmallImageResults.WHOLE, PICTURES);
    has(page, "<p class=\"figure\">2.938 <small>bits</small>");
    has(page, "<p class=\"figure\">0.0225 <small>bits</small>");
    has(page, "<p class=\"figure\">500 ×</p>");
    has(page, "<p class=\"figure\">0.9925</p>");
    has(page, "<p class=\"figure\">6.25 <small>Fréchet</small>");
    has(page, "2 evaluations; the teacher’s reach 3.25");
    has(
        page,
        "<b>4.5000</b> <small>log-density in model space</small> − <b>1.5625</b>"
            + " <small>derivative of the way there</small> = <b>2.9375</b>");
    has(page, "<td>log-density *</td><td>2.9525</td><td>0.0150</td><td>0.0225</td><td>0.9925</td>");
    has(page, "<td>divergence</td><td>3.0625</td>");
    has(page, "<td>± 0.0600</td><td>95.3 %</td><td>1 ms</td><td>500 ×</td>");
    has(page, "<td>–</td><td>–</td><td>2 ms</td><td>250 ×</td>");
    has(page, "<td>guided</td><td>2</td><td>3</td><td>1</td><td>5.75</td>");
    has(page, "<td>0.05</td><td>2</td><td>3</td><td>1</td><td>5.75</td>");
    has(page, "<td>bits &amp; pieces</td><td>0.1250</td>");
    has(page, "<span>exact 1.063</span><span>fast 1.125</span>");
    has(page, "<span>exact –</span><span>fast 2.125</span>");
    has(page, "compare only among themselves");
    assertEquals(4, count(page, "<img "));
    assertEquals(4, count(page, "src=\"data:image/png;base64,"));
    assertFalse(page.contains("nothing to"));
    standsAlone(page);
    assertEquals(5, wellFormed(page));
  }

  @Test
  void textIsEscaped() {
    String page = ImagePage.of(SmallImageResults.WHOLE, PICTURES);
    has(page, "<h1>clothes &amp; &lt;shoes&gt;</h1>");
    has(page, "alt=\"joint &quot;k&quot; &lt; 2: 2 images\" width=\"18\" height=\"3\"");
    has(page, "<span>fresh &amp; new</span>");
    has(page, "images of &lt;digits&gt; against");
    assertFalse(page.contains("<shoes>"));
    assertFalse(page.contains("<digits>"));
  }

  @Test
  void partsThatWereNotMeasuredAreLeftOut() throws Exception {
    String page = ImagePage.of(SmallImageResults.BARE, new ImagePictures(List.of(), List.of()));
    has(page, "<h2>Bits per dimension</h2>");
    assertEquals(1, count(page, "<h2>"));
    assertFalse(page.contains("<img"));
    standsAlone(page);
    assertEquals(2, wellFormed(page));
  }

  @Test
  void picturesCheckThemselves() {
    ImageSet two = new ImageSet(2, 1, 1, 2, new byte[] {0, 1}, new int[0]);
    assertThrows(IllegalArgumentException.class, () -> new Grid("", "", two, 1));
    assertThrows(IllegalArgumentException.class, () -> new Grid("", "", GREY, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ScoredImages("", "", GREY, new double[2], new double[1]));
  }

  private static void has(String page, String part) {
    assertTrue(page.contains(part), () -> "missing: " + part);
  }

  private static void standsAlone(String page) {
    assertFalse(page.contains("<script"));
    assertFalse(page.contains("http://"));
    assertFalse(page.contains("https://"));
    assertFalse(PageText.of(page).contains("NaN"));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static int wellFormed(String page) throws Exception {
    Matcher charts = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
    int found = 0;
    while (charts.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(charts.group())));
      found++;
    }
    return found;
  }
}
