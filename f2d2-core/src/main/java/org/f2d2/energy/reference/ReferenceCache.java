package org.f2d2.energy.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import org.f2d2.energy.Energy;
import org.f2d2.error.F2d2Exception;
import org.f2d2.store.AtomicFile;
import org.f2d2.store.StoredJson;

/**
 * Reference samples that were drawn before: one file for each question, named by the SHA-256 of
 * target, options and a few values of the energy, so that another energy of the same name is
 * another question.
 *
 * <p>Samples of more than five million coordinates are not kept.
 *
 * @param folder where the files are; made when it is needed
 */
public record ReferenceCache(Path folder) {

  /** Changes when the same options no longer give the same samples. */
  private static final int VERSION = 1;

  private static final int PROBES = 3;

  /** What is larger is not kept: a file is read and written as a whole. */
  private static final int MOST_NUMBERS = 5_000_000;

  /** What was asked. */
  private record Question(
      int version, String target, int dimensions, List<String> probes, ReferenceOptions options) {}

  /**
   * Samples, and whether they were there.
   *
   * @param found whether no chain had to run
   */
  public record Answer(ReferenceSamples samples, boolean found) {}

  /** The file of a question, whether it is there or not. */
  public Path file(Energy energy, ReferenceOptions options) {
    SplittableRandom random = new SplittableRandom(1);
    List<String> probes = new ArrayList<>();
    for (int i = 0; i < PROBES; i++) {
      double[] x = random.doubles(energy.dimensions(), -1, 1).toArray();
      probes.add(Double.toString(energy.value(x)));
    }
    // The samples do not depend on the threads.
    Question question =
        new Question(
            VERSION,
            energy.name(),
            energy.dimensions(),
            probes,
            options.toBuilder().workers(1).build());
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(StoredJson.write(question));
      return folder.resolve(HexFormat.of().formatHex(hash) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /**
   * The samples of {@link ParallelTempering#run}, from the file or from chains that then fill it. A
   * file that cannot be read or written is none.
   */
  public Answer samples(Energy energy, ReferenceOptions options, DoubleConsumer progress) {
    Path file = file(energy, options);
    if (Files.isRegularFile(file)) {
      try {
        return new Answer(
            StoredJson.read(file.toString(), Files.readAllBytes(file), ReferenceSamples.class),
            true);
      } catch (IOException | F2d2Exception damaged) {
        // Drawn again below, which replaces it.
      }
    }
    ReferenceSamples samples = ParallelTempering.run(energy, options, progress);
    if (samples.rows().length > MOST_NUMBERS) {
      return new Answer(samples, false);
    }
    try {
      Files.createDirectories(folder);
      AtomicFile.write(file, StoredJson.write(samples));
    } catch (IOException full) {
      // The samples are right all the same; the next run draws them again.
    }
    return new Answer(samples, false);
  }
}
