package org.f2d2.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  @TempDir private Path folder;

  private static final ImageSet TWO =
      new ImageSet(1, 2, 1, 256, new byte[] {1, (byte) 200, 3, 4}, new int[] {9, 255});

  @Test
  void idxFilesOfTheirAuthorsLayout() throws IOException {
    Path images = file("images", 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 200, 3, 4);
    Path labels = file("labels", 0, 0, 8, 1, 0, 0, 0, 2, 9, 255);
    assertEquals(TWO, IdxFile.read(images, labels));
    assertFalse(IdxFile.read(images).labelled());
    assertEquals(TWO, IdxFile.read(zipped(images), zipped(labels)));
    assertTrue(IdxFile.isIdx(zipped(images)));
    assertTrue(IdxFile.isIdx(labels));
    assertFalse(IdxFile.isIdx(file("short", 0, 0, 8)));
    assertFalse(IdxFile.isIdx(file("text", 'x', ',', 'y', '\n')));
    assertFalse(IdxFile.isIdx(folder.resolve("nowhere")));
  }

  @Test
  void idxFilesThatWereWritten() {
    for (String end : List.of("", ".gz")) {
      Path images = folder.resolve("i" + end);
      Path labels = folder.resolve("l" + end);
      IdxFile.write(images, labels, TWO);
      assertEquals(TWO, IdxFile.read(images, labels));
      IdxFile.write(images, TWO.range(0, 0));
      assertEquals(0, IdxFile.read(images).count());
    }
  }

  @Test
  void faultyIdxFiles() throws IOException {
    Path labels = file("labels", 0, 0, 8, 1, 0, 0, 0, 3, 9, 8, 7);
    Path images = folder.resolve("images.gz");
    IdxFile.write(images, TWO);
    fault(() -> IdxFile.read(labels), "labels: is no IDX file of images", "0x00000801");
    fault(() -> IdxFile.read(images, images), "images.gz: is no IDX file of labels");
    fault(() -> IdxFile.read(images, labels), "labels: 3 labels for the 2 images of", "images.gz");
    fault(() -> IdxFile.read(folder.resolve("nowhere")), "nowhere: cannot be read: no such file");
    fault(() -> IdxFile.read(folder), "is a directory");

    byte[] all = Files.readAllBytes(images);
    Path half = folder.resolve("half.gz");
    Files.write(half, Arrays.copyOf(all, all.length - 9));
    fault(() -> IdxFile.read(half), "half.gz: is cut short");
    Path cut = file("cut", 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2);
    fault(() -> IdxFile.read(cut), "cut: is cut short: 2 of the 4 bytes of 2 images of 2 × 1");
    Path head = file("head", 0, 0, 8, 3, 0, 0);
    fault(() -> IdxFile.read(head), "head: is cut short: 2 of the 4 bytes of the number of images");
    Path more = file("more", 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2);
    fault(() -> IdxFile.read(more), "more: goes on after 1 images of 1 × 1");
    Path flat = file("flat", 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1);
    fault(() -> IdxFile.read(flat), "flat: the height is 0 in the header");
    int[] huge = new int[16];
    Arrays.fill(huge, 127);
    System.arraycopy(new int[] {0, 0, 8, 3}, 0, huge, 0, 4);
    Path large = file("large", huge);
    fault(() -> IdxFile.read(large), "large: too large to be held in memory at once");
  }

  @Test
  void cifarRecords() throws IOException {
    int[] record = new int[3073];
    Arrays.setAll(record, i -> i % 251);
    record[0] = 7;
    Path one = file("one.bin", record);
    Path two = folder.resolve("two.bin");
    byte[] bytes = Files.readAllBytes(one);
    byte[] twice = Arrays.copyOf(bytes, 2 * 3073);
    twice[3073] = 3;
    Files.write(two, twice);
    ImageSet set = CifarFile.read(List.of(one, two));
    assertArrayEquals(new int[] {7, 7, 3}, set.labels());
    assertEquals(3072, set.dimensions());
    assertEquals(3, set.channels());
    assertEquals(1, set.level(0, 0));
    assertEquals(3072 % 251, set.level(1, 3071));
    assertEquals(0, set.level(2, 0));

    Path cut = Files.write(folder.resolve("cut.bin"), Arrays.copyOf(twice, 4000));
    fault(() -> CifarFile.read(List.of(one, cut)), "cut.bin: record 2: is cut short, 927 of 3073");
    twice[3073] = 10;
    Path bad = Files.write(folder.resolve("bad.bin"), twice);
    fault(() -> CifarFile.read(List.of(bad)), "bad.bin: record 2: label 10 is not 0 to 9");
    Path empty = file("empty.bin");
    fault(() -> CifarFile.read(List.of(empty)), "empty.bin: is empty");
  }

  @Test
  void digitLines() throws IOException {
    String zeros = String.join(",", Collections.nCopies(62, "0"));
    Path digits =
        text("digits.csv", "16,5," + zeros + ",3\n\n 1.6e+01,0.000e+00," + zeros + ",9.0\n");
    ImageSet set = DigitsFile.read(digits);
    assertEquals(17, set.levels());
    assertEquals(64, set.dimensions());
    assertArrayEquals(new int[] {3, 9}, set.labels());
    assertEquals(16, set.level(0, 0));
    assertEquals(5, set.level(0, 1));
    assertEquals(16, set.level(1, 0));
    assertEquals(set, DigitsFile.read(zipped(digits)));

    Path wide = text("wide.csv", "0,0," + zeros + ",3\n\n1,1,1," + zeros + ",3\n");
    fault(() -> DigitsFile.read(wide), "wide.csv: row 2, line 3: 66 numbers where 65 are needed");
    Path bright = text("bright.csv", "0,17," + zeros + ",3\n");
    fault(() -> DigitsFile.read(bright), "row 1, line 1: pixel 2 17 is no whole number from 0 to");
    Path word = text("word.csv", "0,x," + zeros + ",3\n");
    fault(() -> DigitsFile.read(word), "pixel 2 'x' is no number");
    Path ten = text("ten.csv", "0,0," + zeros + ",10\n");
    fault(() -> DigitsFile.read(ten), "the digit 10 is no whole number from 0 to 9");
    for (String near : List.of("7\u0001", "1e-999", "5.00000000000000000001", "0x1p1", "1d")) {
      Path other = text("near.csv", "0," + near + "," + zeros + ",3\n");
      fault(() -> DigitsFile.read(other), "near.csv: row 1, line 1: pixel 2 ");
    }
    Path broken = text("broken.csv", "0,\r7," + zeros + ",3\n");
    fault(() -> DigitsFile.read(broken), "row 1, line 1: a carriage return within the line");
    Path blank = text("blank.csv", "\n");
    fault(() -> DigitsFile.read(blank), "blank.csv: has no images");
  }

  private static void fault(Executable read, String... words) {
    String message = String.valueOf(assertThrows(DataException.class, read).getMessage());
    assertEquals(1, message.lines().count());
    for (String word : words) {
      assertTrue(message.contains(word), () -> word + " in: " + message);
    }
  }

  private Path file(String name, int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return Files.write(folder.resolve(name), content);
  }

  private Path text(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path zipped(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(Files.readAllBytes(file));
    }
    return Files.write(folder.resolve(file.getFileName() + ".gz"), bytes.toByteArray());
  }

  @Test
  void imagesOfSeveralChannelsHaveADimensionMore() throws IOException {
    byte[] pixels = new byte[2 * 3 * 4 * 5];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (2 * i);
    }
    ImageSet colours = new ImageSet(3, 4, 5, 256, pixels, new int[0]);
    Path file = folder.resolve("colours");
    IdxFile.write(file, colours);
    assertEquals(20 + pixels.length, Files.size(file));
    assertEquals(4, Files.readAllBytes(file)[3]);
    assertEquals(colours, IdxFile.read(file));
    assertTrue(ImageFile.isImages(file));
    assertEquals(colours, ImageFile.read(file));
  }

  @Test
  void filesOfImagesAreToldFromOthers() throws IOException {
    Path cifar = Files.write(folder.resolve("batch.bin"), new byte[2 * 3073]);
    assertTrue(ImageFile.isImages(cifar));
    assertEquals(2, ImageFile.read(cifar).count());
    assertEquals(32, ImageFile.read(cifar).height());
    assertFalse(ImageFile.isImages(Files.write(folder.resolve("odd.bin"), new byte[3074])));
    assertFalse(ImageFile.isImages(Files.writeString(folder.resolve("rows.csv"), "a,b\n1,2\n")));
    assertFalse(ImageFile.isImages(folder));
    assertFalse(ImageFile.isImages(folder.resolve("nowhere")));
  }
}
