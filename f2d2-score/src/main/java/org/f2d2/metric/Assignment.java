package org.f2d2.metric;

import java.util.Arrays;

/**
 * The pairing of n rows with n columns whose costs have the smallest sum, by shortest augmenting
 * paths (Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
 * assignment problems", Computing 38, 1987).
 *
 * <p>A price v_j of each column is kept such that every paired row has its cheapest column by
 * {@code cost - v}; prices that admit a whole pairing of this kind prove it the cheapest. Cheap
 * passes pair most rows, and each of the others is brought in along a shortest path of changes.
 * Costs are asked for when needed and not stored, so memory grows with n only; time grows with n³
 * at worst.
 */
final class Assignment {

  /** The cost of a pair; finite, and the same each time it is asked for. */
  @FunctionalInterface
  interface Cost {
    /** For row i and column j. */
    double of(int i, int j);
  }

  private static final int FREE = -1;

  /** Passes that try to pair the rows left over without looking for a path. */
  private static final int CHEAP_PASSES = 2;

  /** Rows that bid against each other may take turns for long; so many bids per row are enough. */
  private static final int BIDS_PER_ROW = 20;

  private final int n;
  private final Cost cost;
  private final double[] price;
  private final int[] columnOfRow;
  private final int[] rowOfColumn;

  private Assignment(int n, Cost cost) {
    this.n = n;
    this.cost = cost;
    this.price = new double[n];
    this.columnOfRow = new int[n];
    this.rowOfColumn = new int[n];
    Arrays.fill(columnOfRow, FREE);
    Arrays.fill(rowOfColumn, FREE);
  }

  /**
   * Solves the problem.
   *
   * @param n number of rows and of columns, at least 0
   * @param cost see {@link Cost}
   * @return the column of each row
   */
  static int[] cheapest(int n, Cost cost) {
    Assignment problem = new Assignment(n, cost);
    int[] left = problem.pairCheapestRows();
    for (int pass = 0; pass < CHEAP_PASSES && left.length > 0 && n > 1; pass++) {
      left = problem.bid(left);
    }
    Paths paths = problem.new Paths();
    for (int row : left) {
      paths.bringIn(row);
    }
    return problem.columnOfRow;
  }

  private double reduced(int i, int j) {
    return cost.of(i, j) - price[j];
  }

  /** Gives each column its cheapest row, where that is still free, and returns the other rows. */
  private int[] pairCheapestRows() {
    int[] wanted = new int[n];
    for (int j = n - 1; j >= 0; j--) {
      int cheapest = 0;
      price[j] = cost.of(0, j);
      for (int i = 1; i < n; i++) {
        double c = cost.of(i, j);
        if (c < price[j]) {
          price[j] = c;
          cheapest = i;
        }
      }
      if (wanted[cheapest]++ == 0) {
        columnOfRow[cheapest] = j;
        rowOfColumn[j] = cheapest;
      }
    }
    for (int i = 0; i < n; i++) {
      if (wanted[i] == 1 && n > 1) {
        makeRoom(i);
      }
    }
    return freeRows();
  }

  // A row that no other column wants may make its own dearer, up to its second choice.
  private void makeRoom(int i) {
    double second = Double.POSITIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      if (j != columnOfRow[i]) {
        second = Math.min(second, reduced(i, j));
      }
    }
    price[columnOfRow[i]] -= second - reduced(i, columnOfRow[i]);
  }

  private int[] freeRows() {
    int[] free = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (columnOfRow[i] == FREE) {
        free[count++] = i;
      }
    }
    return Arrays.copyOf(free, count);
  }

  /** Lets each free row take its cheapest column, whose owner then bids in its place. */
  private int[] bid(int[] free) {
    long bids = 0;
    for (int row : free) {
      int bidder = row;
      while (bidder != FREE && bids++ < (long) BIDS_PER_ROW * n) {
        bidder = takeCheapest(bidder);
      }
    }
    return freeRows();
  }

  /** Returns the row that is to bid next, if any. */
  private int takeCheapest(int i) {
    int first = 0;
    int second = FREE;
    double lowest = reduced(i, 0);
    double next = Double.POSITIVE_INFINITY;
    for (int j = 1; j < n; j++) {
      double c = reduced(i, j);
      if (c < lowest) {
        next = lowest;
        second = first;
        lowest = c;
        first = j;
      } else if (c < next) {
        next = c;
        second = j;
      }
    }
    // Compared after rounding: a price that stays where it is would let two rows swap for ever.
    double lowered = price[first] - (next - lowest);
    boolean lowers = lowered < price[first];
    if (!lowers && rowOfColumn[first] != FREE) {
      first = second;
    }
    int owner = rowOfColumn[first];
    if (lowers) {
      price[first] = lowered;
    }
    if (owner != FREE) {
      columnOfRow[owner] = FREE;
    }
    columnOfRow[i] = first;
    rowOfColumn[first] = i;
    return lowers ? owner : FREE;
  }

  /** Shortest paths over the reduced costs, with the arrays that each search uses again. */
  private final class Paths {
    private final double[] length = new double[n];
    private final int[] before = new int[n];
    private final int[] columns = new int[n];

    // In columns: those whose length is final, those at the present length, the rest.
    private int done;
    private int reached;
    private double shortest;

    void bringIn(int row) {
      for (int j = 0; j < n; j++) {
        length[j] = reduced(row, j);
        before[j] = row;
        columns[j] = j;
      }
      done = 0;
      reached = 0;
      int settled = 0;
      int end = FREE;
      while (end == FREE) {
        if (reached == done) {
          settled = done;
          end = nextLength();
        } else {
          end = extend();
        }
      }
      for (int k = 0; k < settled; k++) {
        price[columns[k]] += length[columns[k]] - shortest;
      }
      for (int i = FREE; i != row; ) {
        i = before[end];
        rowOfColumn[end] = i;
        int previous = columnOfRow[i];
        columnOfRow[i] = end;
        end = previous;
      }
    }

    /** Gathers the columns that are nearest now; returns a free one among them, if any. */
    private int nextLength() {
      shortest = Double.POSITIVE_INFINITY;
      for (int k = done; k < n; k++) {
        double own = length[columns[k]];
        if (own <= shortest) {
          if (own < shortest) {
            reached = done;
            shortest = own;
          }
          reach(k);
        }
      }
      for (int k = done; k < reached; k++) {
        if (rowOfColumn[columns[k]] == FREE) {
          return columns[k];
        }
      }
      return FREE;
    }

    private void reach(int k) {
      int column = columns[k];
      columns[k] = columns[reached];
      columns[reached++] = column;
    }

    /** Goes on from one of the nearest columns; returns a free column as near, if any. */
    private int extend() {
      int from = columns[done++];
      int i = rowOfColumn[from];
      double offset = reduced(i, from) - shortest;
      for (int k = reached; k < n; k++) {
        int j = columns[k];
        double own = reduced(i, j) - offset;
        if (own < length[j]) {
          length[j] = own;
          before[j] = i;
          // Rounding may put a length a little below the shortest; it counts as equal.
          if (own <= shortest) {
            if (rowOfColumn[j] == FREE) {
              return j;
            }
            reach(k);
          }
        }
      }
      return FREE;
    }
  }
}
