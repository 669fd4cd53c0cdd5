package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.f2d2.error.F2d2Exception;
import org.jspecify.annotations.Nullable;

/** One fork's share of a run: processes, one after the other, until it is done. */
final class ForkedWork implements Runnable {

  private static final String HEAP = "-Xmx128m";

  /** Addresses that a fork may use, in KiB: no input may take the machine's memory. */
  private static final long MOST_ADDRESSES = 8L << 20;

  private static final int MOST_STARTS = 2000;

  private final FuzzSettings settings;
  private final List<FuzzedKind> kinds;
  private final FuzzFork.Arguments arguments;
  private final ForkProgress progress;
  private final Path errors;
  private final List<Finding> own = new ArrayList<>();
  private volatile @Nullable Process process;
  private volatile boolean stopped;

  ForkedWork(FuzzSettings settings, List<FuzzedKind> kinds, Path folder, int fork)
      throws IOException {
    this.settings = settings;
    this.kinds = kinds;
    this.errors = folder.resolve("fork" + fork + ".err");
    List<Long> ends = new ArrayList<>();
    long whole = kinds.stream().mapToLong(FuzzedKind::share).sum();
    for (FuzzedKind kind : kinds) {
      long inputs = Math.max(1, settings.inputs() * kind.share() / whole);
      ends.add(inputs * (fork + 1) / settings.forks() - inputs * fork / settings.forks());
    }
    this.arguments =
        new FuzzFork.Arguments(
            kinds.stream().map(FuzzedKind::name).toList(),
            FuzzRun.material(folder),
            settings.commands(),
            folder.resolve("fork" + fork + ".progress"),
            folder.resolve("fork" + fork + ".findings"),
            folder.resolve("fork" + fork),
            settings.seconds(),
            // Each fork counts its inputs from 0, so each has seeds of its own.
            FuzzedKinds.seed(settings.seed(), "fork", fork),
            ends);
    this.progress = ForkProgress.open(arguments.progress(), kinds.size());
  }

  ForkProgress progress() {
    return progress;
  }

  /** Inputs done. */
  long done() {
    return progress.begun() / 2;
  }

  /** What the processes wrote down, and what they could not. */
  List<Finding> findings() throws IOException {
    List<Finding> all = new ArrayList<>(own);
    if (Files.exists(arguments.findings())) {
      for (String line : Files.readAllLines(arguments.findings(), StandardCharsets.UTF_8)) {
        all.add(Finding.ofLine(line));
      }
    }
    return all;
  }

  /** Ends the process in work and starts no other. */
  void stop() {
    stopped = true;
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  @Override
  public void run() {
    try {
      int starts = 0;
      while (progress.kind() < kinds.size() && !stopped) {
        if (++starts > MOST_STARTS) {
          throw new F2d2Exception(
              "a fork of the fuzz suite ended too often; the last words: " + FuzzRun.tail(errors));
        }
        once();
      }
    } catch (IOException e) {
      throw new F2d2Exception("a fork of the fuzz suite cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new F2d2Exception("interrupted", e);
    }
  }

  private void once() throws IOException, InterruptedException {
    long before = progress.begun();
    Process running = start();
    process = running;
    boolean hangs = !waitFor(running);
    if (hangs) {
      running.destroyForcibly().waitFor();
    }
    int exit = running.exitValue();
    if (exit == 0 || exit == FuzzFork.GO_ON || stopped) {
      return;
    }
    if (progress.begun() == before || exit == 1) {
      // What the program throws is an outcome; this came from the suite.
      throw new F2d2Exception("a fork of the fuzz suite fails: " + FuzzRun.tail(errors));
    }
    Verdict verdict = hangs ? Verdict.HANG : Verdict.CRASH;
    int kind = progress.kind();
    String name = kinds.get(kind).name();
    long seed = FuzzedKinds.seed(arguments.seed(), name, progress.input());
    String detail = "exit code " + exit + "; " + FuzzRun.tail(errors);
    own.add(new Finding(name, seed, verdict, detail.replaceAll("\\s+", " ")));
    progress.count(kind, verdict);
    progress.begin(kind, progress.input() + 1);
  }

  /** Waits for the end of a process; false when it stands still though it watches itself. */
  private boolean waitFor(Process running) throws InterruptedException {
    long last = -1;
    long since = System.nanoTime();
    while (!running.waitFor(100, TimeUnit.MILLISECONDS)) {
      long now = progress.begun();
      if (now != last) {
        last = now;
        since = System.nanoTime();
      }
      // The start of a process and what it makes first count as an input too.
      if (System.nanoTime() - since > (4L * settings.seconds() + 30) * 1_000_000_000L) {
        return false;
      }
    }
    return true;
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/bin/sh"))) {
      command.addAll(
          List.of("/bin/sh", "-c", "ulimit -v " + MOST_ADDRESSES + "; exec \"$@\"", "fork"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(HEAP, "-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:CompressedClassSpaceSize=128m"));
    command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(arguments.folder()));
    command.addAll(List.of("-cp", settings.classPath(), FuzzFork.class.getName()));
    command.addAll(arguments.words());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(arguments.folder().toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(errors.toFile())
        .start();
  }
}
