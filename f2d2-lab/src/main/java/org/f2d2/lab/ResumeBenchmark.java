package org.f2d2.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.f2d2.error.F2d2Exception;

/**
 * Kills fits at random moments, resumes each, and compares the weights with those of a fit that was
 * left alone.
 *
 * <p>Each fit is a process of its own, killed without a chance to clean up.
 */
public final class ResumeBenchmark {

  /**
   * What was found.
   *
   * @param kills processes that were killed before they had ended
   * @param equal resumed fits that ended in the weights of the uninterrupted one
   * @param seconds wall time of the uninterrupted fit
   */
  public record Result(int kills, int equal, double seconds) {}

  private final String mainClass;
  private final Path folder;
  private final int steps;

  /**
   * A benchmark in a folder of its own.
   *
   * @param mainClass class of the command line
   * @param folder for the data and the models; emptied models are left behind
   * @param steps teacher steps of each fit
   */
  public ResumeBenchmark(String mainClass, Path folder, int steps) {
    this.mainClass = mainClass;
    this.folder = folder;
    this.steps = steps;
  }

  /** Runs until the given number of processes have been killed. */
  public Result run(int kills, long seed) {
    try {
      Files.createDirectories(folder);
      Path data = folder.resolve("rows.csv");
      write(data, seed);
      Path whole = folder.resolve("whole");
      Folders.delete(whole);
      long start = System.nanoTime();
      require(fit(data, whole, false), Long.MAX_VALUE);
      double seconds = (System.nanoTime() - start) / 1e9;
      String expected = digest(whole);
      SplittableRandom random = new SplittableRandom(seed);
      int killed = 0;
      int equal = 0;
      while (killed < kills) {
        Path model = folder.resolve("killed");
        Folders.delete(model);
        Process process = fit(data, model, false);
        if (process.waitFor((long) (1000 * seconds * random.nextDouble()), TimeUnit.MILLISECONDS)) {
          continue;
        }
        process.destroyForcibly().waitFor();
        killed++;
        require(fit(data, model, true), Long.MAX_VALUE);
        equal += digest(model).equals(expected) ? 1 : 0;
      }
      return new Result(killed, equal, seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new F2d2Exception("interrupted", e);
    }
  }

  private static void write(Path data, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    double[] rows = new CurveDensity(0.3).sample(2000, random);
    StringBuilder text = new StringBuilder("x,y\n");
    for (int r = 0; r < rows.length / 2; r++) {
      text.append(rows[2 * r]).append(',').append(rows[2 * r + 1]).append('\n');
    }
    Files.writeString(data, text, StandardCharsets.UTF_8);
  }

  private Process fit(Path data, Path model, boolean resume) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(List.of("fit", data.toString(), "--model", model.toString()));
    command.addAll(List.of("--steps", Integer.toString(steps), "--seed", "1", "--quiet"));
    if (resume) {
      command.add("--resume");
    }
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void require(Process process, long milliseconds) throws InterruptedException {
    if (!process.waitFor(milliseconds, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
      throw new F2d2Exception("a fit of the resume benchmark failed");
    }
  }

  /** One hash over the weight files of a model, in the order of their roles. */
  private static String digest(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Path file :
          files
              .filter(f -> f.toString().endsWith(".weights.safetensors"))
              .sorted(Comparator.naturalOrder())
              .toList()) {
        sha.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
