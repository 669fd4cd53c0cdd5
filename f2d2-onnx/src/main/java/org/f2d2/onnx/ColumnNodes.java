package org.f2d2.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.f2d2.data.ColumnTransform;
import org.f2d2.data.Preprocessing;
import org.f2d2.data.Whitening;
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

  /** A value departs from a constant by more than this share of it. */
  private static final double CONSTANT_TOLERANCE = 1e-6;

  private final Graph g;
  private final Preprocessing preprocessing;
  private final List<ColumnTransform.Tailed> modelled = new ArrayList<>();
  private final List<Integer> modelledAt = new ArrayList<>();
  private final List<ColumnTransform.Constant> constant = new ArrayList<>();
  private final List<Integer> constantAt = new ArrayList<>();

  ColumnNodes(Graph g, Preprocessing preprocessing) {
    this.g = g;
    this.preprocessing = preprocessing;
    for (int c = 0; c < preprocessing.columns().size(); c++) {
      if (preprocessing.transforms().get(c) instanceof ColumnTransform.Tailed m) {
        modelled.add(m);
        modelledAt.add(c);
      } else if (preprocessing.transforms().get(c) instanceof ColumnTransform.Constant k) {
        constant.add(k);
        constantAt.add(c);
      }
    }
  }

  /**
   * Rows in model space.
   *
   * @param rows [n, d]
   * @param logAbsDeterminant of the way there [n]; NaN for a row that departs from a constant
   *     column or has a NaN
   */
  record ModelRows(Value rows, Value logAbsDeterminant) {}

  /** From input columns [n, columns] to model space. */
  ModelRows forward(Value columns) {
    Value x = g.gather(columns, indices(modelledAt), 1);
    Value z = g.div(g.sub(x, row(ColumnTransform.Tailed::median)), row(m -> m.scale()));
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
    Value y = guard(standard);
    Value logDeterminant = g.sum(g.add(slope, guardSlope(standard)), 1);
    for (Whitening w : preprocessing.state().whitening()) {
      Value mixed = g.matmul(y, matrix(w, -0.5));
      y = guard(mixed);
      double own = -0.5 * Arrays.stream(w.eigenvalues()).map(Math::log).sum();
      logDeterminant = g.add(g.add(logDeterminant, g.sum(guardSlope(mixed), 1)), scalar(own));
    }
    return new ModelRows(y, g.where(unusable(columns, x), scalar(Double.NaN), logDeterminant));
  }

  /** Whether a row has a NaN or departs from a constant column, [n]. */
  private Value unusable(Value columns, Value x) {
    Value bad = g.node("IsNaN", x);
    if (!constant.isEmpty()) {
      Value values = g.gather(columns, indices(constantAt), 1);
      double[] expected = constant.stream().mapToDouble(ColumnTransform.Constant::value).toArray();
      double[] most = Arrays.stream(expected).map(v -> CONSTANT_TOLERANCE * Math.abs(v)).toArray();
      Value gap = g.node("Abs", g.sub(values, g.doubles(expected, 1, expected.length)));
      Value near = g.node("LessOrEqual", gap, g.doubles(most, 1, most.length));
      bad = g.concat(1, bad, g.node("Not", near));
    }
    Value any = g.reduce("ReduceMax", g.cast(bad, Graph.Type.INT64), 1, false);
    return g.cast(any, Graph.Type.BOOL);
  }

  /** From model space [n, d], 64-bit, to input columns [n, columns]. */
  Value inverse(Value modelRows) {
    Value y = modelRows;
    for (Whitening w : preprocessing.state().whitening()) {
      Value held = g.clip(unguard(y), scalar(-MIXING_LIMIT), scalar(MIXING_LIMIT));
      y = g.matmul(held, matrix(w, 0.5));
    }
    Value bent = g.add(g.mul(unguard(y), row(m -> m.sd())), row(m -> m.mean()));
    Value exponent = g.mul(bent, tail());
    Value twice = g.sub(g.node("Exp", exponent), g.node("Exp", g.node("Neg", exponent)));
    Value sinh = g.div(g.mul(twice, scalar(0.5)), tail());
    Value value =
        g.add(g.mul(g.where(linear(), bent, sinh), row(m -> m.scale())), row(m -> m.median()));
    value = rounded(g.clip(value, scalar(-Double.MAX_VALUE), scalar(Double.MAX_VALUE)));
    if (constant.isEmpty()) {
      return value;
    }
    double[] values = constant.stream().mapToDouble(ColumnTransform.Constant::value).toArray();
    Value zero = g.mul(g.columns(value, 0, 1), scalar(0));
    Value all = g.concat(1, value, g.add(zero, g.doubles(values, 1, values.length)));
    long[] order = new long[preprocessing.columns().size()];
    for (int i = 0; i < modelledAt.size(); i++) {
      order[modelledAt.get(i)] = i;
    }
    for (int i = 0; i < constantAt.size(); i++) {
      order[constantAt.get(i)] = i + (long) modelledAt.size();
    }
    return g.gather(all, g.longs(order), 1);
  }

  /** The nearest lattice points, for columns that have a lattice. */
  private Value rounded(Value value) {
    if (modelled.stream().allMatch(m -> m.lattice().isEmpty())) {
      return value;
    }
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

  private static double spacing(ColumnTransform.Tailed m) {
    return m.lattice().isEmpty() ? 1 : m.lattice().get(0).spacing();
  }

  private static double cells(ColumnTransform.Tailed m) {
    return Math.rint(1 / spacing(m));
  }

  private static boolean divisible(ColumnTransform.Tailed m) {
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

  private Value row(ToDoubleFunction<ColumnTransform.Tailed> of) {
    return g.doubles(modelled.stream().mapToDouble(of).toArray(), 1, modelled.size());
  }

  private Value flags(java.util.function.Predicate<ColumnTransform.Tailed> of) {
    boolean[] flags = new boolean[modelled.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = of.test(modelled.get(i));
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
