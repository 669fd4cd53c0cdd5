package org.f2d2.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;

/** Threads that work on the parts of one step or of one batch of rows at the same time. */
public final class WorkerPool implements AutoCloseable {

  private final int workers;
  private final ExecutorService threads;

  /** A pool of the given size; the calling thread does the first part itself. */
  public WorkerPool(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, got " + workers);
    }
    this.workers = workers;
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, workers - 1),
            task -> {
              Thread thread = new Thread(task, "f2d2-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Number of parts that are worked on at once. */
  public int size() {
    return workers;
  }

  /**
   * Works on parts 0, ..., parts - 1 and returns their results in order.
   *
   * <p>Part 0 runs on the calling thread. An exception of a part is thrown after all have ended.
   */
  public <T> List<T> map(int parts, IntFunction<T> work) {
    List<Future<T>> others = new ArrayList<>(parts);
    for (int p = 1; p < parts; p++) {
      int part = p;
      Callable<T> task = () -> work.apply(part);
      try {
        others.add(threads.submit(task));
      } catch (RejectedExecutionException e) {
        throw new IllegalStateException("the threads are closed", e);
      }
    }
    List<T> results = new ArrayList<>(parts);
    RuntimeException failure = null;
    try {
      results.add(work.apply(0));
    } catch (RuntimeException e) {
      failure = e;
    }
    for (Future<T> other : others) {
      try {
        results.add(other.get());
      } catch (ExecutionException e) {
        RuntimeException cause =
            e.getCause() instanceof RuntimeException r
                ? r
                : new IllegalStateException(e.getCause());
        failure = failure == null ? cause : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure = new IllegalStateException("interrupted while waiting for a worker", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
