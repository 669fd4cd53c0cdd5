package org.f2d2.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.LevelQuantile;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.TailedColumn;
import org.f2d2.data.Whitening;
import org.f2d2.error.F2d2Exception;
import org.f2d2.onnx.Graph.Value;

/** The nodes of {@link Preprocessing}, in 64 bits, in both directions. */
final class ColumnNodes {

  /** Beyond this size a value grows logarithmically only; see {@link Preprocessing}. */
  private static final double EDGE = 512;

  private static final double Z_LIMIT = 1e300;
  private static final double MIXING_LIMIT = 1e200;

  /** Past this size, 1 + u² is u² to the last digit. */
  private static final double LARGE = 1e8;

  /** From here on neighbouring lattice points are not told apart. */
  private static final double TOO_FINE = 0x1p52;

  /**
   * Fractions that are so many units in the last place apart may be one; see {@link
   * ColumnTransform.Constant#departs}.
   */
  private static final int ROUNDING_ULPS = 32;

  private final Graph g;
  private final Preprocessing preprocessing;
  private final List<TailedColumn> tailed = new ArrayList<>();
  private final List<Integer> tailedAt = new ArrayList<>();
  private final List<LevelQuantile> levels = new ArrayList<>();
  private final List<Integer> levelsAt = new ArrayList<>();
  private final List<ColumnTransform.Constant> constant = new ArrayList<>();
  private final List<Integer> constantAt = new ArrayList<>();

  /** Positions among the modelled columns, first those of the tailed and then of the levels. */
  private final List<Integer> grouped = new ArrayList<>();

  /**
   * Sorts the columns by their kinds.
   *
   * @throws F2d2Exception for a kind that has no nodes
   */
  ColumnNodes(Graph g, Preprocessing preprocessing) {
    this.g = g;
    this.preprocessing = preprocessing;
    for (int c = 0; c < preprocessing.columns().size(); c++) {
      ColumnTransform transform = preprocessing.transforms().get(c);
      if (transform instanceof TailedColumn t) {
        tailed.add(t);
        tailedAt.add(c);
      } else if (transform instanceof LevelQuantile l) {
        levels.add(l);
        levelsAt.add(c);
      } else if (transform instanceof ColumnTransform.Constant k) {
        constant.add(k);
        constantAt.add(c);
      } else {
        throw new F2d2Exception("column '" + transform.name() + "' cannot be exported");
      }
    }
    List<Integer> modelledAt =
        Stream.concat(tailedAt.stream(), levelsAt.stream()).sorted().toList();
    tailedAt.forEach(c -> grouped.add(modelledAt.indexOf(c)));
    levelsAt.forEach(c -> grouped.add(modelledAt.indexOf(c)));
  }

  /**
   * Rows in model space.
   *
   * @param rows [n, d]
   * @param logAbsDeterminant of the way there [n]; NaN for a row that departs from a constant
   *     column or has a NaN
   */
  record ModelRows(Value rows, Value logAbsDeterminant) {}

  /**
   * Columns before the guard.
   *
   * @param standard [n, c]
   * @param logSlope of each, in units of the columns [n, c]
   */
  record Standard(Value standard, Value logSlope) {}

  /** From input columns [n, columns] to model space. */
  ModelRows forward(Value columns) {
    List<Value> standards = new ArrayList<>();
    List<Value> slopes = new ArrayList<>();
    if (!tailed.isEmpty()) {
      Standard part = tailed(g.gather(columns, indices(tailedAt), 1));
      standards.add(part.standard());
      slopes.add(part.logSlope());
    }
    if (!levels.isEmpty()) {
      Standard part = new LevelNodes(g, levels).forward(g.gather(columns, indices(levelsAt), 1));
      standards.add(part.standard());
      slopes.add(part.logSlope());
    }
    Value standard = inOrder(g.concat(1, standards.toArray(new Value[0])), grouped);
    Value y = guard(standard);
    Value slope = g.concat(1, slopes.toArray(new Value[0]));
    Value logDeterminant = g.add(g.sum(slope, 1), g.sum(guardSlope(standard), 1));
    for (Whitening w : preprocessing.state().whitening()) {
      Value mixed = g.matmul(y, matrix(w, -0.5));
      y = guard(mixed);
      double own = -0.5 * Arrays.stream(w.eigenvalues()).map(Math::log).sum();
      logDeterminant = g.add(g.add(logDeterminant, g.sum(guardSlope(mixed), 1)), scalar(own));
    }
    return new ModelRows(y, g.where(unusable(columns), scalar(Double.NaN), logDeterminant));
  }

  /** Columns whose tails are pulled in. */
  private Standard tailed(Value x) {
    Value z = g.div(g.sub(x, row(TailedColumn::median)), row(m -> m.scale()));
    z = g.clip(z, scalar(-Z_LIMIT), scalar(Z_LIMIT));
    Value size = g.node("Abs", g.mul(z, tail()));
    Value small = g.node("Min", size, scalar(LARGE));
    Value square = g.mul(small, small);
    Value root = g.node("Sqrt", g.add(square, scalar(1)));
    Value smallAsinh =
        g.node("Log", g.add(g.add(small, scalar(1)), g.div(square, g.add(root, scalar(1)))));
    Value logSize = g.node("Log", g.node("Max", size, scalar(1)));
    Value isLarge = g.node("Greater", size, scalar(LARGE));
    Value asinh = g.where(isLarge, g.add(logSize, scalar(Math.log(2))), smallAsinh);
    Value bent = g.div(g.mul(g.node("Sign", z), asinh), tail());
    Value tailSlope =
        g.where(
            isLarge,
            g.node("Neg", logSize),
            g.mul(g.node("Log", g.add(square, scalar(1))), scalar(-0.5)));
    Value standard = g.div(g.sub(g.where(linear(), z, bent), row(m -> m.mean())), row(m -> m.sd()));
    Value slope =
        g.sub(
            g.where(linear(), scalar(0), tailSlope),
            row(m -> Math.log(m.sd()) + Math.log(m.scale())));
    return new Standard(standard, slope);
  }

  /** Whether a row has a NaN or departs from a constant column, [n]. */
  private Value unusable(Value columns) {
    Value bad = g.node("IsNaN", columns);
    if (!constant.isEmpty()) {
      bad = g.concat(1, bad, departs(g.gather(columns, indices(constantAt), 1)));
    }
    Value any = g.reduce("ReduceMax", g.cast(bad, Graph.Type.INT64), 1, false);
    return g.cast(any, Graph.Type.BOOL);
  }

  /**
   * {@link ColumnTransform.Constant#departs}: whole numbers are compared exactly, fractions but for
   * their last digits or their rounding to 32 bits.
   */
  private Value departs(Value values) {
    Value expected = constants(v -> v);
    // A unit in the last place is that of the larger number, which may be of the next binade.
    Value next = constants(ColumnNodes::nextBinade);
    Value wide = constants(v -> ROUNDING_ULPS * Math.ulp(nextBinade(v)));
    Value narrow = constants(v -> ROUNDING_ULPS * Math.ulp(v));
    Value crosses = g.node("GreaterOrEqual", g.node("Abs", values), next);
    Value gap = g.node("Abs", g.sub(values, expected));
    Value close = g.node("LessOrEqual", gap, g.where(crosses, wide, narrow));
    Value isSingle = g.node("Equal", values, constants(v -> (double) (float) v));
    Value single = g.cast(g.cast(values, Graph.Type.FLOAT), Graph.Type.DOUBLE);
    Value ofSingle = g.node("Equal", single, expected);
    Value rounded = g.node("Or", close, g.node("Or", isSingle, ofSingle));
    boolean[] fractions = new boolean[constant.size()];
    for (int i = 0; i < fractions.length; i++) {
      double value = constant.get(i).value();
      fractions[i] = value != Math.rint(value);
    }
    Value mayBeRounded = g.booleans(fractions, 1, fractions.length);
    Value same = g.node("Equal", values, expected);
    return g.node("Not", g.node("Or", same, g.node("And", mayBeRounded, rounded)));
  }

  /** The least power of two above the size of a number. */
  private static double nextBinade(double value) {
    return Math.scalb(1.0, Math.getExponent(value) + 1);
  }

  private Value constants(DoubleUnaryOperator of) {
    double[] values = constant.stream().mapToDouble(c -> of.applyAsDouble(c.value())).toArray();
    return g.doubles(values, 1, values.length);
  }

  /** From model space [n, d], 64-bit, to input columns [n, columns]. */
  Value inverse(Value modelRows) {
    Value y = modelRows;
    for (Whitening w : preprocessing.state().whitening()) {
      Value held = g.clip(unguard(y), scalar(-MIXING_LIMIT), scalar(MIXING_LIMIT));
      y = g.matmul(held, matrix(w, 0.5));
    }
    Value standard = unguard(y);
    List<Value> parts = new ArrayList<>();
    if (!tailed.isEmpty()) {
      parts.add(tailedValues(g.gather(standard, indices(grouped.subList(0, tailed.size())), 1)));
    }
    if (!levels.isEmpty()) {
      List<Integer> at = grouped.subList(tailed.size(), grouped.size());
      parts.add(new LevelNodes(g, levels).inverse(g.gather(standard, indices(at), 1)));
    }
    if (!constant.isEmpty()) {
      Value zeros = g.cast(g.node("IsNaN", g.columns(y, 0, 1)), Graph.Type.DOUBLE);
      parts.add(g.add(g.mul(zeros, scalar(0)), constants(v -> v)));
    }
    List<Integer> at = new ArrayList<>(tailedAt);
    at.addAll(levelsAt);
    at.addAll(constantAt);
    return inOrder(g.concat(1, parts.toArray(new Value[0])), at);
  }

  /** Tailed columns in their units, from before the guard. */
  private Value tailedValues(Value standard) {
    Value bent = g.add(g.mul(standard, row(m -> m.sd())), row(m -> m.mean()));
    Value exponent = g.mul(bent, tail());
    Value twice = g.sub(g.node("Exp", exponent), g.node("Exp", g.node("Neg", exponent)));
    Value sinh = g.div(g.mul(twice, scalar(0.5)), tail());
    Value value =
        g.add(g.mul(g.where(linear(), bent, sinh), row(m -> m.scale())), row(m -> m.median()));
    return rounded(g.clip(value, scalar(-Double.MAX_VALUE), scalar(Double.MAX_VALUE)));
  }

  /** Columns put where they belong: column i of the values goes to the i-th position. */
  private Value inOrder(Value values, List<Integer> positions) {
    long[] order = new long[positions.size()];
    for (int i = 0; i < order.length; i++) {
      order[positions.get(i)] = i;
    }
    return g.gather(values, g.longs(order), 1);
  }

  /** The nearest lattice points within the range, for columns that have a lattice. */
  private Value rounded(Value exact) {
    if (tailed.stream().allMatch(m -> m.lattice().isEmpty())) {
      return exact;
    }
    Value greatest = row(m -> end(m, 1, Double.MAX_VALUE));
    Value least = row(m -> end(m, 0, -Double.MAX_VALUE));
    Value value = g.node("Max", g.node("Min", exact, greatest), least);
    Value offset = row(m -> m.lattice().isEmpty() ? 0 : m.lattice().get(0).offset());
    Value cell =
        g.node(
            "Round",
            g.div(g.sub(value, offset), row(m -> divisible(m) ? 1 / cells(m) : spacing(m))));
    // Dividing by a whole number gives 0.3 where multiplying by 0.1 gives 0.30000000000000004.
    Value point =
        g.add(
            g.mul(
                g.div(cell, row(m -> divisible(m) ? cells(m) : 1)),
                row(m -> divisible(m) ? 1 : spacing(m))),
            offset);
    Value tooFine = g.node("GreaterOrEqual", g.node("Abs", cell), scalar(TOO_FINE));
    Value keep = g.node("Or", tooFine, flags(m -> m.lattice().isEmpty()));
    return g.where(keep, value, point);
  }

  /** An end of the range of a lattice, or what stands for none. */
  private static double end(TailedColumn m, int which, double none) {
    return m.lattice().stream()
        .flatMap(lattice -> lattice.range().stream().skip(which))
        .findFirst()
        .orElse(none);
  }

  private static double spacing(TailedColumn m) {
    return m.lattice().isEmpty() ? 1 : m.lattice().get(0).spacing();
  }

  private static double cells(TailedColumn m) {
    return Math.rint(1 / spacing(m));
  }

  private static boolean divisible(TailedColumn m) {
    return cells(m) > 1 && 1 / cells(m) == spacing(m);
  }

  private Value guard(Value y) {
    Value size = g.node("Abs", y);
    Value far = g.mul(g.add(excess(size), scalar(1)), g.mul(g.node("Sign", y), scalar(EDGE)));
    return g.where(g.node("LessOrEqual", size, scalar(EDGE)), y, far);
  }

  private Value guardSlope(Value y) {
    return g.node("Neg", excess(g.node("Abs", y)));
  }

  /** ln( |y| / 512 ) beyond the edge and 0 within. */
  private Value excess(Value size) {
    return g.node("Log", g.div(g.node("Max", size, scalar(EDGE)), scalar(EDGE)));
  }

  private Value unguard(Value y) {
    Value size = g.node("Abs", y);
    Value far = g.node("Exp", g.sub(g.div(size, scalar(EDGE)), scalar(1)));
    Value signed = g.mul(far, g.mul(g.node("Sign", y), scalar(EDGE)));
    return g.where(g.node("LessOrEqual", size, scalar(EDGE)), y, signed);
  }

  /** V diag(λ^exponent) Vᵀ, which is symmetric. */
  private Value matrix(Whitening w, double exponent) {
    int d = w.dimensions();
    double[] values = w.eigenvalues();
    double[] vectors = w.eigenvectors();
    double[] product = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        for (int k = 0; k < d; k++) {
          product[i * d + j] +=
              vectors[i * d + k] * Math.pow(values[k], exponent) * vectors[j * d + k];
        }
      }
    }
    return g.doubles(product, d, d);
  }

  /** Strengths of the tail transform; 1 where there is none, which {@link #linear} passes over. */
  private Value tail() {
    return row(m -> m.tail() == 0 ? 1 : m.tail());
  }

  private Value linear() {
    return flags(m -> m.tail() == 0);
  }

  private Value row(ToDoubleFunction<TailedColumn> of) {
    return g.doubles(tailed.stream().mapToDouble(of).toArray(), 1, tailed.size());
  }

  private Value flags(java.util.function.Predicate<TailedColumn> of) {
    boolean[] flags = new boolean[tailed.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = of.test(tailed.get(i));
    }
    return g.booleans(flags, 1, flags.length);
  }

  private Value indices(List<Integer> at) {
    return g.longs(at.stream().mapToLong(Integer::longValue).toArray());
  }

  private Value scalar(double value) {
    return g.number(value);
  }
}
