package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.f2d2.DensityModel;
import org.f2d2.train.FitInterrupted;

/**
 * Checkpoints with a fault. A fit that goes on from one is stopped after its next step, and must
 * leave the checkpoint that it leaves when nothing is damaged; only the time it took may differ.
 */
final class CheckpointKind implements FuzzedKind {

  private static final String DIRECTORY = "checkpoint";
  private static final String FILE = "fit.safetensors";

  private final Path material;
  private final Map<String, DamagedFiles> wholes = new HashMap<>();
  private final Map<String, PlainSafetensors> next = new HashMap<>();

  CheckpointKind(Path material) {
    this.material = material;
  }

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public int share() {
    return 5;
  }

  private static boolean ofImages(long seed) {
    return (seed & 3) == 0;
  }

  private static String origin(long seed) {
    return ofImages(seed) ? Material.IMAGE_CHECKPOINT : Material.CHECKPOINT;
  }

  @Override
  public void begin(Path folder) throws IOException {
    // Of the numbers below, 0 stands for images.
    for (long seed : List.of(0L, 1L)) {
      DamagedFiles whole = new DamagedFiles(material.resolve(origin(seed)));
      wholes.put(origin(seed), whole);
      whole.write(folder.resolve(DIRECTORY));
      goOn(seed, folder.resolve(DIRECTORY));
      try {
        next.put(origin(seed), left(folder));
      } catch (Unreadable e) {
        throw new IllegalStateException("an undamaged fit leaves a checkpoint", e);
      }
    }
  }

  @Override
  public void write(long seed, Path folder) throws IOException {
    DamagedFiles whole = wholes.get(origin(seed));
    if (whole != null) {
      whole.write(folder.resolve(DIRECTORY), new Dice(seed));
    }
  }

  private static void goOn(long seed, Path directory) {
    try {
      if (ofImages(seed)) {
        DensityModel.fit(
                Material.images(), Material.imageOptions(), directory, true, new StopAfterAStep())
            .close();
      } else {
        DensityModel.fit(Material.rows(), Material.options(), directory, true, new StopAfterAStep())
            .close();
      }
      throw new IllegalStateException("the fit was to be stopped, and ended");
    } catch (FitInterrupted expected) {
      return;
    }
  }

  private static PlainSafetensors left(Path folder) throws IOException, Unreadable {
    return PlainSafetensors.read(Files.readAllBytes(folder.resolve(DIRECTORY).resolve(FILE)));
  }

  @Override
  public Outcome check(long seed, Path folder) throws IOException {
    if (!Files.exists(folder.resolve(DIRECTORY).resolve(FILE))) {
      // A fit without a checkpoint begins anew: that is no answer to a damaged one.
      return Outcome.ACCEPTED;
    }
    goOn(seed, folder.resolve(DIRECTORY));
    try {
      PlainSafetensors expected = next.get(origin(seed));
      return expected == null
          ? Outcome.changed("nothing to compare")
          : compare(expected, left(folder));
    } catch (Unreadable e) {
      return Outcome.changed("what the fit left behind cannot be read: " + e.getMessage());
    }
  }

  private static Outcome compare(PlainSafetensors expected, PlainSafetensors found)
      throws Unreadable {
    if (!timeless(expected).equals(timeless(found))) {
      return Outcome.changed("the fit goes on with other notes");
    }
    if (!expected.arrays().keySet().equals(found.arrays().keySet())) {
      return Outcome.changed("the fit goes on with other tensors");
    }
    for (Map.Entry<String, PlainSafetensors.Array> e : expected.arrays().entrySet()) {
      if (!e.getValue().same(found.array(e.getKey()))) {
        return Outcome.changed("the fit goes on with another " + e.getKey());
      }
    }
    return Outcome.ACCEPTED;
  }

  /** The notes but for the time, and for the checksum that covers it. */
  private static Map<String, String> timeless(PlainSafetensors checkpoint) {
    Map<String, String> notes = new TreeMap<>(checkpoint.metadata());
    notes.keySet().removeAll(List.of("seconds", "f2d2.sha256"));
    return notes;
  }
}
