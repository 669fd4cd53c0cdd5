package org.f2d2.lab.images;

import java.util.List;
import org.f2d2.data.ImageSet;

/**
 * The images that a report on a model of images shows.
 *
 * @param grids samples, real images beside them and ways between images, in the order of the page
 * @param scored test images with their likelihoods: the most likely, the least likely and those
 *     where one evaluation is farthest off
 */
public record ImagePictures(List<Grid> grids, List<ScoredImages> scored) {

  /** Keeps copies of the lists. */
  public ImagePictures {
    grids = List.copyOf(grids);
    scored = List.copyOf(scored);
  }

  /**
   * Images in rows.
   *
   * @param title of the grid
   * @param note a few words beside the title; may be empty
   * @param images in reading order, grey or of three colours; none for a grid that is left out
   * @param columns images in a row, 1 or more
   */
  public record Grid(String title, String note, ImageSet images, int columns) {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when there is no column, or for other than 1 or 3 channels
     */
    public Grid {
      requireColours(images);
      if (columns < 1) {
        throw new IllegalArgumentException("a grid needs a column, got " + columns);
      }
    }
  }

  /**
   * Images with two values of the likelihood each, which may be NaN.
   *
   * @param title of the group
   * @param note a few words beside the title; may be empty
   * @param images in the order of the page, grey or of three colours; none for a group that is left
   *     out
   * @param exactBits bits per dimension of each image by the teacher
   * @param fastBits the same by one evaluation
   */
  public record ScoredImages(
      String title, String note, ImageSet images, double[] exactBits, double[] fastBits) {

    /**
     * Checks the sizes and copies the arrays.
     *
     * @throws IllegalArgumentException when an array is not as long as there are images, or for
     *     other than 1 or 3 channels
     */
    public ScoredImages {
      requireColours(images);
      if (exactBits.length != images.count() || fastBits.length != images.count()) {
        throw new IllegalArgumentException(
            "%d images with %d exact and %d fast values"
                .formatted(images.count(), exactBits.length, fastBits.length));
      }
      exactBits = exactBits.clone();
      fastBits = fastBits.clone();
    }
  }

  private static void requireColours(ImageSet images) {
    if (images.channels() != 1 && images.channels() != 3) {
      throw new IllegalArgumentException(
          "only images of 1 or 3 channels are shown, got " + images.channels());
    }
  }
}
