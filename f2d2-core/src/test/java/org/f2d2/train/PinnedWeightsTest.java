package org.f2d2.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.f2d2.data.ImageSet;
import org.f2d2.data.Table;
import org.f2d2.flow.GaussianMixtureFlow;
import org.f2d2.flow.RotatedGaussianFlow;
import org.f2d2.net.ImageArchitecture;
import org.f2d2.net.Network;
import org.f2d2.objective.ShortcutF2d2;
import org.f2d2.objective.TrajectoryRegression;
import org.f2d2.tensor.Engine;
import org.f2d2.tensor.Scope;
import org.f2d2.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fits by steps, with a fixed seed and one worker, end in the numbers that they ended in before:
 * what changes how fits are put together must not change what they do.
 *
 * <p>Where the arithmetic of the processor and of libtorch is that of the machine that wrote the
 * file {@code pinned-weights.txt}, each tensor is the same bit for bit; elsewhere its norm is the
 * same but for rounding. A fit that is meant to end elsewhere gets new lines, which a failure
 * prints.
 */
class PinnedWeightsTest {

  /** Rounding may send an early step another way, and the rest follows. */
  private static final double ANOTHER_MACHINE = 0.02;

  private static final FitOptions TABLE =
      FitOptions.DEFAULT
          .with(new Budget.Steps(30))
          .withWorkers(1)
          .withSeed(5)
          .with(new TeacherOptions(16, 2, 64, 4e-3, -1, 0.999, 32, -1, 4))
          .with(new StudentOptions(16, 2, 64, 4e-3, 0.999, true, true, -1, 0, 0, false));

  private static final ImageFitOptions IMAGES =
      new ImageFitOptions(
          TrajectoryRegression.METHOD,
          new Budget.Steps(6),
          5,
          1,
          new ImageArchitecture.Convolutional(2, 8, List.of(1, 2), 1, 1, 2),
          16,
          1e-3,
          5e-4,
          0.9,
          20,
          false);

  /** What was written, by name: SHA-256 and norm. */
  private record Pin(String sha256, double norm) {}

  /** Two correlated columns, one of them with a long tail, and one of whole numbers. */
  private static Table table() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = new double[3 * 3000];
    for (int r = 0; r < 3000; r++) {
      double a = random.nextGaussian();
      values[3 * r] = 10 + 2 * a;
      values[3 * r + 1] = Math.exp(a + 0.5 * random.nextGaussian());
      values[3 * r + 2] = random.nextInt(5);
    }
    return Table.of(List.of("a", "b", "c"), values);
  }

  /** A bright square somewhere on a dark ground. */
  private static ImageSet squares() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] pixels = new byte[300 * 64];
    for (int i = 0; i < 300; i++) {
      int top = random.nextInt(5);
      int left = random.nextInt(5);
      for (int p = 0; p < 64; p++) {
        int y = p / 8 - top;
        int x = p % 8 - left;
        boolean inside = y >= 0 && y < 4 && x >= 0 && x < 4;
        pixels[i * 64 + p] = (byte) (inside ? 150 + random.nextInt(60) : random.nextInt(20));
      }
    }
    return new ImageSet(1, 8, 8, 256, pixels, new int[0]);
  }

  @Test
  void aTableByTheProjectsOwnMethod() throws Exception {
    FittedFlow fitted = Fit.run(table(), TABLE, FitListener.SILENT);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("table.teacher", flat(fitted.teacher().orElseThrow().network()));
    tensors.put("table.student", flat(fitted.student().network()));
    tensors.put("table.potential", flat(fitted.logDensityHead().orElseThrow().network()));
    GaussianMixtureFlow near = (GaussianMixtureFlow) fitted.support().orElseThrow().near();
    tensors.put("table.mixture.weights", near.weights());
    tensors.put("table.mixture.means", near.means());
    tensors.put("table.mixture.covariances", near.covariances());
    assertPinned("table.", tensors);
  }

  @Test
  void aTableWithoutATeacher() throws Exception {
    FittedFlow fitted =
        Fit.run(table(), TABLE.with(ShortcutF2d2.SHORTCUT_F2D2), FitListener.SILENT);
    assertPinned("shortcut.", Map.of("shortcut.student", flat(fitted.student().network())));
  }

  @Test
  void images(@TempDir Path directory) throws Exception {
    FittedFlow fitted = ImageFit.run(squares(), IMAGES, directory, false, FitListener.SILENT);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("images.teacher", flat(fitted.teacher().orElseThrow().network()));
    tensors.put("images.velocity", flat(fitted.others().get(FittedFlow.VELOCITY).network()));
    tensors.put("images.student", flat(fitted.student().network()));
    tensors.put("images.potential", flat(fitted.logDensityHead().orElseThrow().network()));
    tensors.put(
        "images.basis", ((RotatedGaussianFlow) fitted.teacher().orElseThrow().base()).basis());
    assertPinned("images.", tensors);
  }

  private static Tensor flat(Network network) {
    return network.parameters().flat().detach();
  }

  private static void assertPinned(String fit, Map<String, Tensor> tensors) throws Exception {
    List<String> lines = new ArrayList<>();
    Map<String, Pin> now = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      tensors.forEach(
          (name, tensor) -> {
            double[] values = tensor.toDoubles();
            double squares = 0;
            ByteBuffer bytes =
                ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (double v : values) {
              squares += v * v;
              bytes.putDouble(v);
            }
            now.put(name, new Pin(sha256(bytes.array()), Math.sqrt(squares)));
            lines.add(name + " " + now.get(name).sha256() + " " + now.get(name).norm());
          });
    }
    Map<String, Pin> before = new LinkedHashMap<>();
    String machine = "";
    for (String line : Files.readAllLines(file())) {
      String[] parts = line.split(" ", -1);
      if (line.startsWith("machine ")) {
        machine = line;
      } else if (line.startsWith(fit)) {
        before.put(parts[0], new Pin(parts[1], Double.parseDouble(parts[2])));
      }
    }
    String found = machine() + "\n" + String.join("\n", lines);
    assertEquals(before.keySet(), now.keySet(), found);
    boolean same = machine.equals(machine());
    now.forEach(
        (name, pin) -> {
          Pin old = before.get(name);
          assertTrue(
              same
                  ? old.sha256().equals(pin.sha256())
                  : Math.abs(old.norm() - pin.norm()) <= ANOTHER_MACHINE * old.norm(),
              () -> name + " is not what it was; now it is\n" + found);
        });
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What decides how numbers are rounded: the processor and the version of libtorch. */
  private static String machine() throws IOException {
    Path cpu = Path.of("/proc/cpuinfo");
    String processor = System.getProperty("os.arch");
    if (Files.exists(cpu)) {
      processor =
          Files.readAllLines(cpu, StandardCharsets.US_ASCII).stream()
              .filter(line -> line.matches("(vendor_id|cpu family|model)\\s*:.*"))
              .limit(3)
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .collect(Collectors.joining(" "));
    }
    return "machine " + processor + ", libtorch " + Engine.version();
  }

  private static Path file() throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(PinnedWeightsTest.class.getResource("pinned-weights.txt")).toURI());
  }
}
