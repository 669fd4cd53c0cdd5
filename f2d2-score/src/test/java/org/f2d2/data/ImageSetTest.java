package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ImageSetTest {
  private static final byte[] PIXELS = {0, 1, 2, 3, (byte) 255, (byte) 128};

  private static ImageSet three() {
    return new ImageSet(1, 1, 2, 256, PIXELS, new int[] {7, 0, 3});
  }

  @Test
  void levelsAreUnsigned() {
    ImageSet set = three();
    assertEquals(3, set.count());
    assertEquals(2, set.dimensions());
    assertEquals(255, set.level(2, 0));
    assertArrayEquals(new int[] {2, 3, 255, 128}, set.levelsOf(1, 3));
    assertEquals(1, set.histogram()[255]);
    assertEquals(0, set.histogram()[254]);
  }

  @Test
  void partsKeepTheirLabels() {
    ImageSet set = three();
    assertEquals(set.range(1, 3), set.take(new int[] {1, 2}));
    assertArrayEquals(new int[] {3, 3, 7}, set.take(new int[] {2, 2, 0}).labels());
    assertEquals(0, set.range(1, 1).count());
    assertFalse(new ImageSet(1, 2, 1, 256, PIXELS, new int[0]).take(new int[] {1}).labelled());
    assertThrows(IndexOutOfBoundsException.class, () -> set.range(2, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> set.take(new int[] {3}));
    assertThrows(IndexOutOfBoundsException.class, () -> set.level(0, 2));
  }

  @Test
  void theHashKnowsContentSizesAndLabels() {
    assertEquals(three().sha256(), three().range(0, 3).sha256());
    assertNotEquals(three().sha256(), three().withLabels(new int[] {7, 0, 2}).sha256());
    assertNotEquals(three().sha256(), three().take(new int[] {1, 0, 2}).sha256());
    assertNotEquals(
        new ImageSet(1, 1, 2, 256, PIXELS, new int[0]).sha256(),
        new ImageSet(1, 2, 1, 256, PIXELS, new int[0]).sha256());
  }

  @Test
  void theCallersArraysAreCopied() {
    byte[] pixels = PIXELS.clone();
    ImageSet set = new ImageSet(1, 1, 2, 256, pixels, new int[0]);
    pixels[0] = 9;
    assertEquals(0, set.level(0, 0));
  }

  @Test
  void faultySetsAreRefused() {
    refused(0, 1, 2, 256, PIXELS, new int[0]);
    refused(1, 2, 2, 256, PIXELS, new int[0]);
    refused(1, 1, 2, 257, PIXELS, new int[0]);
    refused(1, 1, 2, 255, PIXELS, new int[0]);
    refused(1, 1, 2, 256, PIXELS, new int[2]);
    refused(1, 1, 2, 256, PIXELS, new int[] {0, -1, 0});
  }

  private static void refused(int c, int h, int w, int levels, byte[] pixels, int[] labels) {
    assertThrows(
        IllegalArgumentException.class, () -> new ImageSet(c, h, w, levels, pixels, labels));
  }
}
