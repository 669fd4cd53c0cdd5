package org.f2d2.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import org.f2d2.data.CsvRowWriter;
import org.f2d2.domain.configuration.Configurations;
import org.f2d2.energy.Energy;
import org.f2d2.energy.reference.ParallelTempering;
import org.f2d2.energy.reference.ReferenceCache;
import org.f2d2.energy.reference.ReferenceOptions;
import org.f2d2.energy.reference.ReferenceSamples;
import org.f2d2.error.OptionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code f2d2 boltzmann reference}. */
@Command(
    name = "reference",
    mixinStandardHelpOptions = true,
    description = {
      "Draws from a target by parallel tempering with Hamiltonian Monte Carlo, and says how well the"
          + " chains have mixed.",
      "The rows are written as CSV, a column for each coordinate and one for the energy in kT. The"
          + " same options give the same rows, on any number of threads."
    })
final class BoltzmannReferenceCommand implements Callable<Integer> {

  /** Diagnostics need a few of each chain. */
  private static final int LEAST_DRAWS = 8;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TargetOption target = new TargetOption();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Where the rows go; - is standard output.")
  private String output = "";

  @Option(names = "--rows", paramLabel = "N", description = "How many; 10000 if not given.")
  private int rows = ReferenceOptions.DEFAULT.chains() * ReferenceOptions.DEFAULT.draws();

  @Option(names = "--chains", paramLabel = "N", description = "Independent chains; 4 by default.")
  private int chains = ReferenceOptions.DEFAULT.chains();

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Transitions of each chain that are thrown away; 2000 by default.")
  private int warmUp = ReferenceOptions.DEFAULT.warmUp();

  @Option(
      names = "--thin",
      paramLabel = "N",
      description = "Transitions from one row to the next; 10 by default.")
  private int thin = ReferenceOptions.DEFAULT.thin();

  @Option(names = "--levels", paramLabel = "N", description = "Temperatures; 8 by default.")
  private int levels = ReferenceOptions.DEFAULT.levels();

  @Option(
      names = "--hottest",
      paramLabel = "T",
      description = "The highest temperature, in units of the target's own; 30 by default.")
  private double hottest = ReferenceOptions.DEFAULT.hottest();

  @Option(
      names = "--leapfrog",
      paramLabel = "N",
      description = "Most leapfrog steps of a transition; 20 by default.")
  private int leapfrog = ReferenceOptions.DEFAULT.leapfrog();

  @Option(names = "--seed", paramLabel = "S", description = "Fixes the draws; 0 by default.")
  private long seed = ReferenceOptions.DEFAULT.seed();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where rows are kept for the next time that the same are asked for; ~/.f2d2/references by"
              + " default.")
  private Path cache = Path.of(System.getProperty("user.home", "."), ".f2d2", "references");

  @Option(names = "--no-cache", description = "Draw anew, and keep nothing.")
  private boolean noCache;

  @Option(names = "--workers", paramLabel = "N", description = "Threads; all cores by default.")
  private @Nullable Integer workers;

  @Mixin private ResultsOption results = new ResultsOption();
  @Mixin private ProgressOption progressOption = new ProgressOption();

  @Override
  public Integer call() {
    Energy energy = target.energy();
    ReferenceOptions options = Complaint.asUsage(spec, this::options);
    List<String> columns =
        new ArrayList<>(Configurations.columns(energy.particles(), energy.dimensions()));
    columns.add("energy");
    long start = System.nanoTime();
    ReferenceSamples samples;
    // A place that cannot be written to is found before the work.
    try (CsvRowWriter writer =
        CsvRowWriter.open(output, StandardOutput.stream(), columns, List.of())) {
      samples = run(energy, options);
      write(samples, Configurations.of(energy, samples.rows()), writer);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    samples.warnings().forEach(line -> results.progress("f2d2: " + line));
    if (output.equals("-")) {
      results.progress(words(samples, seconds).strip());
    } else {
      results.print(() -> json(samples, seconds), out -> out.print(words(samples, seconds)));
    }
    return 0;
  }

  private ReferenceOptions options() {
    long each = ((long) rows + chains - 1) / Math.max(1, chains);
    if (chains >= 1 && (rows < 1 || each < LEAST_DRAWS)) {
      throw new OptionException(
          "rows", "must be at least " + LEAST_DRAWS + " for each of the {chains}, got " + rows);
    }
    return ReferenceOptions.builder()
        .chains(chains)
        .draws((int) each)
        .warmUp(warmUp)
        .thin(thin)
        .levels(levels)
        .hottest(hottest)
        .leapfrog(leapfrog)
        .seed(seed)
        .workers(workers == null ? ReferenceOptions.DEFAULT.workers() : workers)
        .build();
  }

  private ReferenceSamples run(Energy energy, ReferenceOptions options) {
    try (Progress progress = progressOption.open()) {
      progress.stage("chains", 1000, "thousandths");
      DoubleConsumer done =
          share -> {
            synchronized (progress) {
              progress.step(Math.round(1000 * share), Double.NaN);
            }
          };
      if (noCache) {
        return ParallelTempering.run(energy, options, done);
      }
      ReferenceCache.Answer answer = new ReferenceCache(cache).samples(energy, options, done);
      if (answer.found()) {
        results.progress(
            "f2d2: drawn before, from " + new ReferenceCache(cache).file(energy, options));
      }
      return answer.samples();
    }
  }

  /** As many rows as were asked for, though all chains are equally long. */
  private void write(ReferenceSamples samples, Configurations all, CsvRowWriter writer) {
    int d = all.dimensions();
    double[] cells = new double[d + 1];
    for (int i = 0; i < Math.min(rows, samples.count()); i++) {
      System.arraycopy(all.row(i), 0, cells, 0, d);
      cells[d] = samples.energies()[i];
      writer.writeRow(cells);
    }
    writer.finish();
  }

  private static Map<String, Object> json(ReferenceSamples samples, double seconds) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("target", samples.target());
    all.put("rows", samples.count());
    all.put("splitRhat", samples.splitRhat());
    all.put("bulkEss", samples.bulkEss());
    all.put("accepted", samples.accepted());
    all.put("exchanged", samples.exchanged());
    all.put("evaluations", samples.evaluations());
    all.put("seconds", seconds);
    all.put("warnings", samples.warnings());
    return all;
  }

  private static String words(ReferenceSamples samples, double seconds) {
    return String.format(
        Locale.ROOT,
        "%d rows of %s: split R-hat %.4f and bulk ESS %.0f at worst, %.0f %% of the proposals"
            + " accepted, %d gradients, %.1f s%n",
        samples.count(),
        samples.target(),
        samples.splitRhat(),
        samples.bulkEss(),
        100 * samples.accepted(),
        samples.evaluations(),
        seconds);
  }
}
