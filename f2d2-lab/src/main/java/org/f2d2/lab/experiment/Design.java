package org.f2d2.lab.experiment;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Which runs an experiment consists of. Beside the grid of sample sizes, one factor at a time is
 * changed: the rows, the size of the network, the number of steps.
 *
 * @param options what the user asked for
 */
record Design(SampleComplexity.Options options) {

  /** The number of rows that are to be learned by heart. */
  static final int MEMORISED_ROWS = 64;

  /** Budgets, as multiples of the usual number of steps. */
  static final int LONG = 4;

  static final int LONGEST = 8;

  /** The runs of one seed. */
  Set<Run> ofSeed(long seed) {
    Set<Run> runs = new LinkedHashSet<>();
    options.sizes().forEach(n -> runs.add(sample(n, 1, base(), seed)));
    runs.add(fresh(1, base(), seed));
    runs.add(exact(seed));
    for (int rows : List.of(few(), many())) {
      runs.add(sample(rows, 1, small(), seed));
      runs.add(sample(rows, LONGEST, base(), seed));
    }
    runs.add(sample(many(), 2, base(), seed));
    runs.add(sample(many(), LONGEST, small(), seed));
    runs.add(fresh(1, small(), seed));
    runs.add(fresh(LONGEST, base(), seed));
    networks().forEach(size -> runs.add(fresh(LONG, size, seed)));
    runs.add(memorising(seed));
    return runs;
  }

  /** All runs, seed by seed, so that an experiment cut short has whole seeds. */
  Set<Run> all() {
    Set<Run> runs = new LinkedHashSet<>();
    seeds().forEach(seed -> runs.addAll(ofSeed(seed)));
    return runs;
  }

  /** The seeds, counted from 0. */
  List<Long> seeds() {
    return LongStream.range(0, options.seeds()).boxed().toList();
  }

  /** Every network that is trained on fresh rows alone: all widths at one depth, and vice versa. */
  Set<NetworkSize> networks() {
    Set<NetworkSize> sizes = new LinkedHashSet<>();
    sizes.add(small());
    options.widths().forEach(w -> sizes.add(new NetworkSize(w, base().depth())));
    options.depths().forEach(d -> sizes.add(new NetworkSize(base().width(), d)));
    sizes.add(base());
    return sizes;
  }

  /** The network of the grid. */
  NetworkSize base() {
    return options.network();
  }

  /** A quarter of its width, or the narrowest of the widths if that is less. */
  NetworkSize small() {
    int narrowest = options.widths().stream().reduce(Math.max(1, base().width() / 4), Math::min);
    return new NetworkSize(narrowest, base().depth());
  }

  /** A sample size in the middle of the grid. */
  int few() {
    return options.sizes().get((options.sizes().size() - 1) / 2);
  }

  /** The largest sample size. */
  int many() {
    return options.sizes().get(options.sizes().size() - 1);
  }

  Run sample(int rows, int budget, NetworkSize network, long seed) {
    return run(new Source.Sample(rows), budget, network, seed);
  }

  Run fresh(int budget, NetworkSize network, long seed) {
    return run(new Source.Fresh(), budget, network, seed);
  }

  Run memorising(long seed) {
    return run(new Source.WholeSample(MEMORISED_ROWS), LONGEST, base(), seed);
  }

  Run exact(long seed) {
    return run(new Source.ExactField(), 0, base(), seed);
  }

  private Run run(Source source, int budget, NetworkSize network, long seed) {
    return new Run(
        options.target(), source, network, Math.multiplyExact(budget, options.steps()), seed);
  }

  /** A run of each seed. */
  List<Run> each(LongFunction<Run> run) {
    return seeds().stream().map(seed -> run.apply(seed)).toList();
  }
}
