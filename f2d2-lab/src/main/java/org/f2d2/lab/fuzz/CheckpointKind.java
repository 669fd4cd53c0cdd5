package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checkpoints with a fault. A fit that goes on from one is stopped after its next step, and must
 * leave the checkpoint that it leaves when nothing is damaged; only the time it took may differ.
 */
final class CheckpointKind extends DirectoryKind<PlainSafetensors> {

  private static final String FILE = "fit.safetensors";

  CheckpointKind(Path material) {
    super("checkpoint", 5, material, Material.CHECKPOINT, Material.IMAGE_CHECKPOINT);
  }

  @Override
  PlainSafetensors answers(String origin, Path directory) throws IOException, Unreadable {
    Material.step(origin.equals(Material.IMAGE_CHECKPOINT), directory, true);
    return PlainSafetensors.read(Files.readAllBytes(directory.resolve(FILE)));
  }

  @Override
  Outcome check(long seed, Path folder) throws IOException, Unreadable {
    // A fit without a checkpoint begins anew: that is no answer to a damaged one.
    return Files.exists(directory(folder).resolve(FILE))
        ? super.check(seed, folder)
        : Outcome.ACCEPTED;
  }

  @Override
  Outcome compare(PlainSafetensors whole, PlainSafetensors damaged) throws Unreadable {
    if (!timeless(whole).equals(timeless(damaged))) {
      return Outcome.changed("the fit goes on with other notes");
    }
    if (!whole.arrays().keySet().equals(damaged.arrays().keySet())) {
      return Outcome.changed("the fit goes on with other tensors");
    }
    for (Map.Entry<String, PlainSafetensors.Array> e : whole.arrays().entrySet()) {
      if (!e.getValue().same(damaged.array(e.getKey()))) {
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
