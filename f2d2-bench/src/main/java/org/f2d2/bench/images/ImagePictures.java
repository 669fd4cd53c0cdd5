package org.f2d2.bench.images;

import java.util.List;
import org.f2d2.data.ImageSet;

/**
 * What a study of a model of images looks like.
 *
 * @param grids samples and interpolations
 * @param scored test images with their bits per dimension
 */
public record ImagePictures(List<Grid> grids, List<ScoredImages> scored) {

  /** Copies the lists. */
  public ImagePictures {
    grids = List.copyOf(grids);
    scored = List.copyOf(scored);
  }

  /**
   * Images in rows and columns.
   *
   * @param title what they are
   * @param note how they were made
   * @param images row by row
   * @param columns in a row
   */
  public record Grid(String title, String note, ImageSet images, int columns) {}

  /**
   * Images with figures.
   *
   * @param title what they have in common
   * @param note what that means
   * @param images the images
   * @param exactBits bits per dimension of each under the teacher
   * @param fastBits bits per dimension of each by one evaluation
   */
  public record ScoredImages(
      String title, String note, ImageSet images, double[] exactBits, double[] fastBits) {}
}
