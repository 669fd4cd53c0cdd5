package org.f2d2.cli.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.f2d2.data.ImageSet;

/**
 * A picture as a PNG file inside a page.
 *
 * @param image what it shows, pixel by pixel
 */
public record PngImage(BufferedImage image) {

  /** Transparent pixels between the images of a grid. */
  static final int GAP = 2;

  private static final int SCALE = 3;
  private static final int OPAQUE = 0xff000000;

  /**
   * The images of a set in rows, {@value #GAP} transparent pixels apart; the highest level is the
   * brightest.
   *
   * @param images one or more, grey or of three colours
   * @param columns images in a row, 1 or more; a single row is no wider than its images
   * @throws IllegalArgumentException for an empty set, no columns or another number of channels
   */
  public static PngImage grid(ImageSet images, int columns) {
    int colours = images.channels();
    if (images.count() == 0 || columns < 1 || (colours != 1 && colours != 3)) {
      throw new IllegalArgumentException("no grid of " + columns + " columns of " + images);
    }
    int across = Math.min(columns, images.count());
    int down = (images.count() + across - 1) / across;
    BufferedImage grid =
        new BufferedImage(
            across * (images.width() + GAP) - GAP,
            down * (images.height() + GAP) - GAP,
            BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < images.count(); i++) {
      int left = i % across * (images.width() + GAP);
      int top = i / across * (images.height() + GAP);
      for (int y = 0; y < images.height(); y++) {
        for (int x = 0; x < images.width(); x++) {
          grid.setRGB(left + x, top + y, colour(images, i, y * images.width() + x));
        }
      }
    }
    return new PngImage(grid);
  }

  private static int colour(ImageSet images, int image, int pixel) {
    int plane = images.height() * images.width();
    boolean grey = images.channels() == 1;
    int red = brightness(images, image, pixel);
    int green = grey ? red : brightness(images, image, plane + pixel);
    int blue = grey ? red : brightness(images, image, 2 * plane + pixel);
    return OPAQUE | red << 16 | green << 8 | blue;
  }

  private static int brightness(ImageSet images, int image, int pixel) {
    return (int) Math.round(images.level(image, pixel) * 255.0 / (images.levels() - 1));
  }

  /** The file. */
  public byte[] bytes() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  /** The file as an address that holds it. */
  String address() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes());
  }

  /** An element that shows each pixel as a square of three. */
  String element(String description) {
    return new Markup()
        .raw("<img class=\"pixels\" src=\"" + address() + "\" alt=\"")
        .text(description)
        .format(
            "\" width=\"%d\" height=\"%d\">", SCALE * image.getWidth(), SCALE * image.getHeight())
        .toString();
  }
}
