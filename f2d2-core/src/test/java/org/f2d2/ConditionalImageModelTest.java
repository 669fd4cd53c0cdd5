package org.f2d2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.f2d2.data.ImageSet;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.score.Nfe;
import org.f2d2.train.Budget;
import org.f2d2.train.FitListener;
import org.f2d2.train.ImageFitOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Images given their class. */
class ConditionalImageModelTest {

  private static final int SIDE = 4;
  private static final int PIXELS = SIDE * SIDE;

  @TempDir private static Path folder;

  private static final ImageFitOptions OPTIONS =
      new ImageFitOptions(
          TrajectoryRegression.METHOD,
          new Budget.Steps(200),
          0,
          1,
          new ImageArchitecture.Convolutional(1, 8, List.of(1), 1, 1, 2),
          32,
          3e-3,
          3e-3,
          0.95,
          30,
          true);

  private static ImageSet images;
  private static DensityModel model;

  /** Class 1, three in four, is bright on the left; class 0 on the right. */
  private static ImageSet sides(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[count * PIXELS];
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = random.nextInt(4) > 0 ? 1 : 0;
      for (int p = 0; p < PIXELS; p++) {
        boolean bright = p % SIDE < SIDE / 2 == (classes[i] == 1);
        pixels[i * PIXELS + p] = (byte) ((bright ? 130 : 40) + random.nextInt(60));
      }
    }
    return new ImageSet(1, SIDE, SIDE, 256, pixels, classes);
  }

  @BeforeAll
  static void fit() {
    images = sides(300, 1);
    model = DensityModel.fit(images, OPTIONS, folder.resolve("model"), false, FitListener.SILENT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static int[] swapped(ImageSet set) {
    return Arrays.stream(set.labels()).map(c -> 1 - c).toArray();
  }

  @Test
  void anImageIsLikelierGivenItsOwnClass() {
    ImageSet some = sides(40, 2);
    for (Nfe nfe : List.of(Nfe.ONE, new Nfe.Jumps(4), Nfe.EXACT)) {
      double[] own = model.score(some, nfe).logDensity();
      double[] other = model.score(some.withLabels(swapped(some)), nfe).logDensity();
      int likelier = 0;
      for (int i = 0; i < own.length; i++) {
        likelier += own[i] > other[i] ? 1 : 0;
      }
      assertTrue(likelier >= 36, nfe + ": likelier are " + likelier);
    }
  }

  private static int likeItsClass(ImageSet set) {
    int alike = 0;
    for (int i = 0; i < set.count(); i++) {
      double left = 0;
      for (int p = 0; p < PIXELS; p++) {
        left += (p % SIDE < SIDE / 2 ? 1 : -1) * set.level(i, p);
      }
      alike += left > 0 == (set.label(i) == 1) ? 1 : 0;
    }
    return alike;
  }

  @Test
  void samplesLookLikeTheClassTheyAreDrawnFor() {
    for (Nfe nfe : List.of(new Nfe.Jumps(4), Nfe.EXACT)) {
      for (int label = 0; label < 2; label++) {
        SampleOptions options =
            new SampleOptions(nfe, false, true, 0, Optional.of((double) label), 1, 3);
        Samples samples = model.sample(30, options);
        int wanted = label;
        assertTrue(Arrays.stream(samples.images().labels()).allMatch(l -> l == wanted));
        assertTrue(likeItsClass(samples.images()) >= 26, nfe + " of class " + label);
        assertEquals(30, samples.logDensity().length);
      }
    }
    SampleOptions guided = new SampleOptions(new Nfe.Jumps(2), true, false, 4);
    assertTrue(likeItsClass(model.sample(30, guided).images()) >= 26, "guided");
  }

  @Test
  void theFirstImagesDoNotDependOnTheirNumber() {
    for (SampleOptions options :
        List.of(
            new SampleOptions(new Nfe.Jumps(2), false, false, 5),
            new SampleOptions(new Nfe.Jumps(2), true, false, 5),
            new SampleOptions(Nfe.EXACT, false, false, 5))) {
      ImageSet many = model.sample(60, options).images();
      ImageSet few = model.sample(7, options).images();
      assertArrayEquals(Arrays.copyOf(many.labels(), 7), few.labels());
      int other = 0;
      for (int i = 0; i < 7; i++) {
        for (int p = 0; p < PIXELS; p++) {
          other += many.level(i, p) == few.level(i, p) ? 0 : 1;
        }
      }
      // A rounding error may lie between two levels.
      assertTrue(other <= 2, other + " pixels differ by " + options);
    }
  }

  @Test
  void classesAreDrawnAsOftenAsTheTrainingImagesHaveThem() {
    int[] labels = model.sample(400, SampleOptions.DEFAULT).images().labels();
    double share = Arrays.stream(images.labels()).average().orElseThrow();
    assertEquals(share, Arrays.stream(labels).average().orElseThrow(), 0.1);
  }

  @Test
  void aStoredModelAnswersTheSame() {
    Path copy = folder.resolve("copy");
    model.save(copy);
    try (DensityModel read = DensityModel.load(copy)) {
      ImageSet some = images.range(0, 6);
      assertArrayEquals(
          model.score(some, Nfe.ONE).logDensity(), read.score(some, Nfe.ONE).logDensity());
      assertEquals(
          model.sample(3, SampleOptions.DEFAULT).images(),
          read.sample(3, SampleOptions.DEFAULT).images());
    }
  }

  @Test
  void aFitKnowsItsClassesAgain() {
    Path directory = folder.resolve("model");
    try (DensityModel again =
        DensityModel.fit(images, OPTIONS, directory, true, FitListener.SILENT)) {
      assertEquals(model.fitted().provenance(), again.fitted().provenance());
    }
    ImageSet others = images.withLabels(swapped(images));
    assertThrows(
        F2d2Exception.class,
        () -> DensityModel.fit(others, OPTIONS, directory, true, FitListener.SILENT));
  }

  @Test
  void classesThatAreNeededAndNotKnownAreRefused() {
    ImageSet bare = images.withLabels(new int[0]);
    refused(
        "--labels must give the classes of the images: the model is one given their class",
        () -> model.score(bare, Nfe.ONE));
    refused("--labels must give the classes of the images", () -> begin(bare));
    ImageSet third = images.range(0, 1).withLabels(new int[] {2});
    refused(
        "--labels must be classes of the model, 0 to 1 alone", () -> model.score(third, Nfe.ONE));
    int[] many = images.labels();
    many[0] = 256;
    refused("--labels must be below 256, found 256", () -> begin(images.withLabels(many)));
    for (double label : new double[] {2, -1, 0.5, Double.NaN}) {
      SampleOptions options =
          new SampleOptions(new Nfe.Jumps(1), false, false, 0, Optional.of(label), 1, 0);
      assertThrows(F2d2Exception.class, () -> model.sample(1, options), "class " + label);
    }
  }

  @Test
  void aTeacherKnowsClassesAsTheFitThatStartsFromItDoes() {
    ImageFitOptions plain = OPTIONS.toBuilder().conditional(false).build();
    refused(
        "--teacher is of images given their class: give their --labels too",
        () -> fit(images.withLabels(new int[0]), plain));
    refused(
        "--teacher is a model of other images, not of these", () -> fit(sides(300, 3), OPTIONS));
  }

  private static DensityModel begin(ImageSet of) {
    return DensityModel.fit(of, OPTIONS, folder.resolve("x"), false, FitListener.SILENT);
  }

  /** A fit from the teacher of the model. */
  private static DensityModel fit(ImageSet of, ImageFitOptions options) {
    return DensityModel.fit(
        of, options, folder.resolve("x"), false, Optional.of(model), FitListener.SILENT);
  }

  private static void refused(String message, Executable work) {
    assertEquals(message, assertThrows(OptionException.class, work).asCommandLine());
  }
}
