package org.f2d2.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Tensor;

/**
 * What one pass through a perceptron leaves for its way back, and what that needs beside it.
 *
 * <p>A training step passes through a network of the same shape with the same numbers of rows again
 * and again, so each thread keeps the memory of the last few shapes: in steady state nothing is
 * asked for, and no part of a matrix is looked up again.
 */
final class MlpMemory {

  private static final int MOST_SHAPES = 12;

  private record Shape(MlpArchitecture architecture, List<StackedRows.Block> blocks, DType type) {}

  private static final ThreadLocal<Map<Shape, Deque<MlpMemory>>> KEPT =
      ThreadLocal.withInitial(
          () ->
              new LinkedHashMap<>(MOST_SHAPES, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Shape, Deque<MlpMemory>> eldest) {
                  if (size() <= MOST_SHAPES) {
                    return false;
                  }
                  eldest.getValue().forEach(MlpMemory::close);
                  return true;
                }
              });

  /**
   * Rows of one query in one layer: its sums z and the tangents that go with them.
   *
   * @param z sums [n, width]
   * @param zDot their derivatives
   * @param hDot derivatives of the outputs
   */
  record Pair(Tensor z, Tensor zDot, Tensor hDot) {}

  /**
   * A layer.
   *
   * @param z sums of all rows, values first
   * @param h outputs of all rows
   * @param zValues the values in z
   * @param hValues the values in h
   * @param tangents one for each query with a direction
   */
  record Layer(Tensor z, Tensor h, Tensor zValues, Tensor hValues, List<Pair> tangents) {}

  private final Shape shape;
  private final List<Tensor> owned = new ArrayList<>();
  private final Layer[] layers;
  private final Back valuesOnly;
  private final Back directed;

  /** The input of the first layer; set by the pass. */
  private Tensor features;

  private MlpMemory(Shape shape, StackedRows rows) {
    this.shape = shape;
    int width = shape.architecture.width();
    this.layers = new Layer[shape.architecture.depth()];
    for (int l = 0; l < layers.length; l++) {
      layers[l] = layer(rows, own(rows.total(), width), own(rows.total(), width));
    }
    // Replaced before anything reads it.
    this.features = layers[0].z;
    long recorded = rows.recordedValues() + rows.recordedTangents();
    Tensor hBar = own(recorded, width);
    Tensor zBar = own(recorded, width);
    this.directed = new Back(rows, rows.recordedTangents(), hBar, zBar);
    this.valuesOnly = rows.recordedTangents() == 0 ? directed : new Back(rows, 0, hBar, zBar);
  }

  /** Memory for a pass, from those given back or new. */
  static MlpMemory borrow(Mlp mlp, StackedRows rows, DType type) {
    Shape shape = new Shape(mlp.architecture(), rows.blocks(), type);
    Deque<MlpMemory> free = KEPT.get().get(shape);
    return free == null || free.isEmpty() ? new MlpMemory(shape, rows) : free.pop();
  }

  /** Ends the use of this memory by a pass. */
  void giveBack() {
    KEPT.get().computeIfAbsent(shape, s -> new ArrayDeque<>()).push(this);
  }

  private void close() {
    owned.forEach(Tensor::close);
  }

  private Tensor own(long rows, long columns) {
    return part(Tensor.uninitialized(shape.type, rows, columns));
  }

  private Tensor part(Tensor tensor) {
    owned.add(tensor.outliveScopes());
    return tensor;
  }

  private Tensor rows(Tensor tensor, long start, long count) {
    return part(tensor.rows(start, start + count));
  }

  private Layer layer(StackedRows rows, Tensor z, Tensor h) {
    List<Pair> pairs = new ArrayList<>();
    for (StackedRows.Block b : rows.blocks()) {
      if (b.directed()) {
        pairs.add(
            new Pair(
                rows(z, b.value(), b.rows()),
                rows(z, b.tangent(), b.rows()),
                rows(h, b.tangent(), b.rows())));
      }
    }
    return new Layer(
        z, h, rows(z, 0, rows.values()), rows(h, 0, rows.values()), List.copyOf(pairs));
  }

  Layer layer(int l) {
    return layers[l];
  }

  void read(Tensor input) {
    features = input;
  }

  /** What the way back works on, with the recorded tangents or without them. */
  Back back(boolean withTangents) {
    return withTangents ? directed : valuesOnly;
  }

  /** The recorded rows. */
  final class Back {
    private final long first;
    private final long count;
    private final Tensor hBar;
    private final Tensor zBar;
    private final Tensor hBarValues;
    private final Tensor zBarValues;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> z = new ArrayList<>();
    private final List<Curved> curved = new ArrayList<>();

    /**
     * Rows through whose tangents gradients pass.
     *
     * @param z sums
     * @param zDot their derivatives
     */
    record Curved(Tensor z, Tensor zDot) {}

    private final List<Tensor> tangents = new ArrayList<>();

    private Back(StackedRows rows, long tangentRows, Tensor hBarAll, Tensor zBarAll) {
      long values = rows.recordedValues();
      this.first = rows.values() - values;
      this.count = values + tangentRows;
      this.hBar = rows(hBarAll, 0, count);
      this.zBar = rows(zBarAll, 0, count);
      this.hBarValues = rows(hBar, 0, values);
      this.zBarValues = rows(zBar, 0, values);
      for (Layer layer : layers) {
        inputs.add(rows(layer.h, first, count));
        z.add(rows(layer.z, first, values));
      }
      if (tangentRows > 0) {
        for (Layer layer : layers) {
          curved.add(
              new Curved(
                  rows(layer.z, rows.values() - tangentRows, tangentRows),
                  rows(layer.z, rows.values(), tangentRows)));
        }
        tangents.add(rows(hBar, values, tangentRows));
        tangents.add(rows(zBar, values, tangentRows));
        tangents.add(rows(zBar, values - tangentRows, tangentRows));
        tangents.add(own(tangentRows, hBar.size(1)));
        tangents.add(own(tangentRows, hBar.size(1)));
      }
    }

    /** What layer l reads; for l = depth, what the output layer reads. */
    Tensor input(int l) {
      return l == 0 ? features.rows(first, first + count) : inputs.get(l - 1);
    }

    /** Recorded sums of layer l. */
    Tensor z(int l) {
      return z.get(l);
    }

    /** Sums of layer l whose derivatives are recorded, and these. */
    Curved curved(int l) {
      return curved.get(l);
    }

    /** h̄ over ḣ̄. */
    Tensor hBar() {
      return hBar;
    }

    /** z̄ over ż̄. */
    Tensor zBar() {
      return zBar;
    }

    /** h̄. */
    Tensor hBarValues() {
      return hBarValues;
    }

    /** z̄. */
    Tensor zBarValues() {
      return zBarValues;
    }

    /** ḣ̄. */
    Tensor hBarTangents() {
      return tangents.get(0);
    }

    /** ż̄. */
    Tensor zBarTangents() {
      return tangents.get(1);
    }

    /** The part of z̄ that the curvature adds to. */
    Tensor zBarCurved() {
      return tangents.get(2);
    }

    /** Memory of the shape of {@link #hBarTangents} for what comes in between; 0 or 1. */
    Tensor scratch(int which) {
      return tangents.get(3 + which);
    }
  }
}
