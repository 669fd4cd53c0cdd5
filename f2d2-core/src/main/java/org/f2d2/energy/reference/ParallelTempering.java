package org.f2d2.energy.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.f2d2.energy.Energy;
import org.f2d2.energy.MeanFree;
import org.f2d2.error.F2d2Exception;

/**
 * Draws from an energy by independent chains of parallel tempering.
 *
 * <p>The draws depend on the energy and the options, not on the number of threads.
 */
public final class ParallelTempering {

  /** An array holds no more. */
  private static final double MOST_NUMBERS = Integer.MAX_VALUE - 64;

  private ParallelTempering() {}

  /**
   * Runs the chains.
   *
   * @param energy of any kind; particles are moved in the points whose centre of mass is at the
   *     origin
   * @param progress told the share of transitions that are done, from any thread
   * @throws F2d2Exception when the energy is not a number somewhere
   * @throws CancellationException when the thread is interrupted
   */
  public static ReferenceSamples run(
      Energy energy, ReferenceOptions options, DoubleConsumer progress) {
    Energy sampled = MeanFree.of(energy);
    double numbers = (double) options.chains() * options.draws() * energy.dimensions();
    if (numbers > MOST_NUMBERS) {
      throw new F2d2Exception(
          options.chains()
              + " chains of "
              + options.draws()
              + " rows of "
              + energy.dimensions()
              + " coordinates do not fit into memory");
    }
    long all = options.chains() * (options.warmUp() + (long) options.draws() * options.thin());
    AtomicLong done = new AtomicLong();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(options.workers(), options.chains()),
            task -> {
              Thread thread = new Thread(task, "f2d2-chain");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<TemperedChain>> running =
          IntStream.range(0, options.chains())
              .mapToObj(
                  c ->
                      threads.submit(
                          () -> {
                            TemperedChain chain = new TemperedChain(sampled, options, c);
                            boolean whole =
                                chain.run(
                                    Thread.currentThread()::isInterrupted,
                                    () -> report(done.incrementAndGet(), all, progress));
                            if (!whole) {
                              throw new CancellationException("the chains were stopped");
                            }
                            return chain;
                          }))
              .toList();
      List<TemperedChain> chains = new ArrayList<>();
      for (Future<TemperedChain> each : running) {
        chains.add(of(each));
      }
      return ReferenceSamples.of(energy, sampled, chains);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void report(long done, long all, DoubleConsumer progress) {
    if (done % Math.max(1, all / 1000) == 0) {
      progress.accept(done / (double) all);
    }
  }

  private static TemperedChain of(Future<TemperedChain> running) {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the chains were stopped");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
