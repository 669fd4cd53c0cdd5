package org.f2d2.tensor;

/**
 * Rows are worked on so many at a time, each part in a {@link Scope} of its own and without
 * recording for reverse mode: memory depends on the size of a part, not on the number of rows.
 *
 * @param rows rows of a part; the last part may have fewer
 */
public record RowChunks(int rows) {

  /** 4096 rows: large enough for full speed of a small network, small enough for any machine. */
  public static final RowChunks DEFAULT = new RowChunks(4096);

  /** Work on some rows. */
  @FunctionalInterface
  public interface Body {
    /** Works on rows {@code start} to {@code end}, without the last. */
    void run(int start, int end);
  }

  /** Checks the number of rows. */
  public RowChunks {
    if (rows < 1) {
      throw new IllegalArgumentException("a chunk needs at least 1 row, got " + rows);
    }
  }

  /**
   * Runs the body on rows 0 to {@code count - 1} in order, on the calling thread.
   *
   * <p>Tensors that the body makes are freed when it returns. What it finds out it copies to
   * arrays, or into a tensor that was made before.
   */
  public void forEach(long count, Body body) {
    int total = Math.toIntExact(count);
    Autograd.noGrad(
        () -> {
          for (int start = 0; start < total; start += Math.min(rows, total - start)) {
            try (Scope scope = Scope.open()) {
              body.run(start, Math.min(total, start + Math.min(rows, total - start)));
            }
          }
          return total;
        });
  }
}
