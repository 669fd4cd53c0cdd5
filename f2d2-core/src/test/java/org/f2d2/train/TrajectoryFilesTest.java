package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrajectoryFilesTest {

  @Test
  void onlyItsOwnFilesAreRemoved(@TempDir Path folder) throws IOException {
    for (String name :
        List.of(
            "trajectories-0.safetensors", "trajectories-12.safetensors", "trajectories-a.csv")) {
      Files.writeString(folder.resolve(name), "");
    }
    TrajectoryFiles.delete(folder);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("trajectories-a.csv"), files.map(f -> f.getFileName().toString()).toList());
    }
  }
}
