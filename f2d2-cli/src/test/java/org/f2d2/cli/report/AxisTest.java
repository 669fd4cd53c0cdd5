package org.f2d2.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {

  @Test
  void roundValuesOnALinearAxis() {
    Axis axis = Axis.linear(-4.8, 4.8, 0, 96);
    assertEquals(List.of("−4", "−2", "0", "2", "4"), labels(axis.ticks(4)));
    assertEquals(48, axis.at(0), 1e-9);
  }

  @Test
  void powersOfTenOnALogarithmicAxis() {
    Axis axis = Axis.log(0.5, 2000, 0, 100);
    assertEquals(List.of("1", "10", "100", "1,000"), labels(axis.ticks(5)));
    assertEquals(100, axis.at(2000), 1e-9);
  }

  @Test
  void emptyRangeIsWidened() {
    Axis axis = Axis.linear(3, 3, 0, 100);
    assertEquals(50, axis.at(3), 1e-9);
  }

  @Test
  void fewDigits() {
    assertEquals("0.0391", Figures.of(0.03914));
    assertEquals("−1.20", Figures.of(-1.2));
    assertEquals("12,346", Figures.of(12345.6));
    assertEquals("1.50·10⁻⁷", Figures.of(1.5e-7));
    assertEquals("–", Figures.of(Double.NaN));
    assertEquals("2.13 µs", Figures.seconds(2.13e-6));
    assertEquals("–", Figures.seconds(Double.NaN));
    assertEquals("−0.0300", Figures.fixed(-0.03, 4));
    assertEquals("–", Figures.fixed(Double.NaN, 4));
    assertEquals("0.05", Figures.shortest(0.05));
    assertEquals("1,000", Figures.shortest(1000));
  }

  @Test
  void textIsEscaped() {
    assertEquals("&lt;b&gt; &amp; &quot;", new Markup().text("<b> & \"").toString());
  }

  private static List<String> labels(List<Axis.Tick> ticks) {
    return ticks.stream().map(Axis.Tick::label).toList();
  }
}
