package org.f2d2.lab.fuzz;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that goes through inputs one by one. It ends itself after an input that takes too long
 * or exhausts the memory, for nothing in it can be relied on then; {@link FuzzRun} starts the next.
 */
public final class FuzzFork {

  /** Exit code after an input that has been noted; the next process goes on behind it. */
  static final int GO_ON = 17;

  /** Findings of one cause that are written down; the others are only counted. */
  private static final int EXAMPLES = 5;

  private final List<FuzzedKind> kinds;
  private final ForkProgress progress;
  private final Path folder;
  private final Writer findings;
  private final long mostNanos;
  private final Map<String, Integer> written = new HashMap<>();

  /** When the input in work began; 0 where none is. */
  private volatile long began;

  private volatile long seed;
  private volatile String kind = "";

  private FuzzFork(Arguments arguments) throws IOException {
    this.kinds = FuzzedKinds.of(arguments.kinds(), arguments.material(), arguments.commands());
    this.progress = ForkProgress.open(arguments.progress(), kinds.size());
    this.folder = Files.createDirectories(arguments.folder());
    this.findings =
        Files.newBufferedWriter(
            arguments.findings(),
            StandardCharsets.UTF_8,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
    this.mostNanos = arguments.seconds() * 1_000_000_000L;
  }

  /** Its own command line. */
  record Arguments(
      List<String> kinds,
      Path material,
      String commands,
      Path progress,
      Path findings,
      Path folder,
      int seconds,
      long seed,
      List<Long> ends) {

    List<String> words() {
      return List.of(
          String.join(",", kinds),
          material.toString(),
          commands,
          progress.toString(),
          findings.toString(),
          folder.toString(),
          Integer.toString(seconds),
          Long.toString(seed),
          String.join(",", ends.stream().map(String::valueOf).toList()));
    }

    static Arguments of(String[] words) {
      return new Arguments(
          List.of(words[0].split(",")),
          Path.of(words[1]),
          words[2],
          Path.of(words[3]),
          Path.of(words[4]),
          Path.of(words[5]),
          Integer.parseInt(words[6]),
          Long.parseLong(words[7]),
          Arrays.stream(words[8].split(",")).map(Long::valueOf).toList());
    }
  }

  /**
   * Goes on from where the progress stands.
   *
   * @param words of {@link Arguments}
   */
  public static void main(String[] words) throws IOException {
    Arguments arguments = Arguments.of(words);
    FuzzFork fork = new FuzzFork(arguments);
    Thread worker = Thread.currentThread();
    Thread watch = new Thread(() -> fork.watch(worker), "fuzz-watch");
    watch.setDaemon(true);
    watch.start();
    fork.run(arguments.seed(), arguments.ends());
    // Threads that an input has left behind must not hold the process.
    Runtime.getRuntime().halt(0);
  }

  private void run(long runSeed, List<Long> ends) throws IOException {
    int first = progress.kind();
    for (int k = first; k < kinds.size(); k++) {
      Path own = Files.createDirectories(folder.resolve(kinds.get(k).name()));
      kinds.get(k).begin(own);
      for (long i = k == first ? progress.input() : 0; i < ends.get(k); i++) {
        progress.begin(k, i);
        one(k, FuzzedKinds.seed(runSeed, kinds.get(k).name(), i), own);
        progress.begin(k, i + 1);
      }
      progress.begin(k + 1, 0);
    }
  }

  private void one(int k, long inputSeed, Path own) throws IOException {
    FuzzedKind work = kinds.get(k);
    kind = work.name();
    seed = inputSeed;
    work.write(inputSeed, own);
    began = System.nanoTime();
    Outcome outcome = judged(work, inputSeed, own);
    began = 0;
    progress.count(k, outcome.verdict());
    if (outcome.verdict().wrong()) {
      note(new Finding(kind, inputSeed, outcome.verdict(), outcome.detail()));
    }
    if (outcome.detail().startsWith(OutOfMemoryError.class.getName())) {
      progress.begin(k, progress.input() + 1);
      Runtime.getRuntime().halt(GO_ON);
    }
  }

  /** Gives an input to the program; whatever it throws is an outcome. */
  static Outcome judged(FuzzedKind kind, long seed, Path folder) {
    try {
      return kind.check(seed, folder);
    } catch (Throwable thrown) {
      return Outcome.of(thrown);
    }
  }

  private synchronized void note(Finding finding) throws IOException {
    if (written.merge(finding.cause(), 1, Integer::sum) <= EXAMPLES) {
      findings.write(finding.line() + "\n");
      findings.flush();
    }
  }

  /** Ends the process when an input takes too long, and says where it was. */
  private void watch(Thread worker) {
    try {
      while (true) {
        Thread.sleep(100);
        long start = began;
        if (start != 0 && System.nanoTime() - start > mostNanos) {
          StringBuilder where = new StringBuilder("after " + mostNanos / 1_000_000_000L + " s in");
          Arrays.stream(worker.getStackTrace())
              .limit(12)
              .forEach(f -> where.append(" | ").append(f));
          note(new Finding(kind, seed, Verdict.HANG, where.toString()));
          progress.count(progress.kind(), Verdict.HANG);
          progress.begin(progress.kind(), progress.input() + 1);
          Runtime.getRuntime().halt(GO_ON);
        }
      }
    } catch (InterruptedException | IOException e) {
      Runtime.getRuntime().halt(1);
    }
  }
}
