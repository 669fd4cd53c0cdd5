package org.f2d2.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.f2d2.data.ImageSet;
import org.junit.jupiter.api.Test;

class PngImageTest {

  // Three images of one row of two pixels.
  private static final ImageSet GREY =
      new ImageSet(1, 1, 2, 17, new byte[] {0, 16, 8, 4, 2, 1}, new int[0]);

  // Two images of two rows of one pixel: the reds, then the greens, then the blues.
  private static final ImageSet COLOUR =
      new ImageSet(3, 2, 1, 256, bytes(255, 1, 0, 2, 16, 3, 4, 7, 5, 8, 6, 9), new int[0]);

  @Test
  void greyLevelsSpreadOverTheBytes() throws IOException {
    BufferedImage image = decoded(PngImage.grid(GREY, 2));
    assertEquals(6, image.getWidth());
    assertEquals(4, image.getHeight());
    assertEquals(0xff000000, image.getRGB(0, 0));
    assertEquals(0xffffffff, image.getRGB(1, 0));
    assertEquals(0xff808080, image.getRGB(4, 0));
    assertEquals(0xff404040, image.getRGB(5, 0));
    assertEquals(0xff202020, image.getRGB(0, 3));
    assertEquals(0xff101010, image.getRGB(1, 3));
  }

  @Test
  void whatHoldsNoImageIsTransparent() throws IOException {
    BufferedImage image = decoded(PngImage.grid(GREY, 2));
    int[][] places = {{2, 0}, {3, 0}, {0, 1}, {0, 2}, {4, 3}, {5, 3}};
    for (int[] place : places) {
      assertEquals(0, image.getRGB(place[0], place[1]) >>> 24);
    }
  }

  @Test
  void colours() throws IOException {
    BufferedImage image = decoded(PngImage.grid(COLOUR, 2));
    assertEquals(4, image.getWidth());
    assertEquals(2, image.getHeight());
    assertEquals(0xffff0010, image.getRGB(0, 0));
    assertEquals(0xff010203, image.getRGB(0, 1));
    assertEquals(0xff040506, image.getRGB(3, 0));
    assertEquals(0xff070809, image.getRGB(3, 1));
  }

  @Test
  void aRowIsNoWiderThanItsImages() throws IOException {
    assertEquals(10, decoded(PngImage.grid(GREY, 8)).getWidth());
  }

  @Test
  void elementHoldsTheFileAndItsSize() throws IOException {
    String element = PngImage.grid(GREY, 2).element("a \"grid\"");
    assertTrue(element.endsWith("alt=\"a &quot;grid&quot;\" width=\"18\" height=\"12\">"), element);
    String file = element.replaceAll(".*base64,([^\"]*)\".*", "$1");
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(file)));
    assertEquals(0xff808080, image.getRGB(4, 0));
  }

  @Test
  void refusesWhatIsNoGrid() {
    ImageSet two = new ImageSet(2, 1, 1, 2, new byte[] {0, 1}, new int[0]);
    assertThrows(IllegalArgumentException.class, () -> PngImage.grid(GREY, 0));
    assertThrows(IllegalArgumentException.class, () -> PngImage.grid(GREY.range(0, 0), 1));
    assertThrows(IllegalArgumentException.class, () -> PngImage.grid(two, 1));
  }

  private static BufferedImage decoded(PngImage image) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(image.bytes()));
  }

  private static byte[] bytes(int... values) {
    byte[] out = new byte[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) values[i];
    }
    return out;
  }
}
