package org.f2d2.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * The numbers of a network: one flat tensor, and a named view of it for each weight and bias.
 *
 * <p>The views share memory with the flat tensor. An optimiser changes the flat tensor in place and
 * every view follows.
 */
public final class Parameters {

  /** Name and shape of one weight or bias. */
  public record Entry(String name, List<Long> shape) {
    /** Checks the shape. */
    public Entry {
      shape = List.copyOf(shape);
      if (shape.stream().anyMatch(s -> s <= 0)) {
        throw new IllegalArgumentException(name + ": sizes must be positive, got " + shape);
      }
    }

    /** An entry of the given sizes. */
    public static Entry of(String name, long... shape) {
      return new Entry(name, Arrays.stream(shape).boxed().toList());
    }

    long count() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    long[] sizes() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private final List<Entry> entries;
  private final Tensor flat;
  private final Map<String, Tensor> views = new LinkedHashMap<>();

  private Parameters(List<Entry> entries, Tensor flat) {
    this.entries = List.copyOf(entries);
    this.flat = flat;
    long offset = 0;
    for (Entry e : entries) {
      Tensor view = flat.narrow(0, offset, e.count()).reshape(e.sizes()).variable();
      if (views.put(e.name(), view) != null) {
        throw new IllegalArgumentException("two parameters are called " + e.name());
      }
      offset += e.count();
    }
  }

  /**
   * Parameters over existing numbers.
   *
   * @param flat all numbers in the order of the entries; not copied
   */
  public static Parameters over(List<Entry> entries, Tensor flat) {
    long count = entries.stream().mapToLong(Entry::count).sum();
    if (flat.rank() != 1 || flat.count() != count) {
      throw new IllegalArgumentException(
          "the entries hold " + count + " numbers, the tensor is " + flat);
    }
    return new Parameters(entries, flat);
  }

  /** Parameters that all are zero. Call outside any scope that is shorter than their life. */
  public static Parameters zeros(List<Entry> entries, DType type) {
    return over(entries, Tensor.zeros(type, entries.stream().mapToLong(Entry::count).sum()));
  }

  /**
   * Random numbers by the names of the entries: weights normal with variance 1/(inputs), those of a
   * layer called output zero, scales one, everything else zero.
   */
  static Parameters random(List<Entry> entries, DType type, Rng rng) {
    Parameters parameters = zeros(entries, type);
    for (Entry e : entries) {
      Tensor view = parameters.get(e.name()).detach();
      if (e.name().endsWith(".scale")) {
        view.addInPlace(1);
      } else if (e.name().endsWith(".weight") && !e.name().endsWith("output.weight")) {
        long inputs = e.count() / e.shape().get(0);
        view.copyInPlace(rng.normal(type, e.sizes()).mul(1 / Math.sqrt(inputs)));
      }
    }
    return parameters;
  }

  /**
   * Takes over what another network has under the same names. A matrix that has more columns here
   * gets those it has there first and zeros in the others, so that the inputs which are new have no
   * effect yet; what the other network lacks stays as it is.
   *
   * @throws IllegalArgumentException if the other network has another shape under the same name
   */
  public void adopt(Parameters other) {
    for (Entry e : entries) {
      Tensor from = other.views.get(e.name());
      if (from == null) {
        continue;
      }
      Tensor to = get(e.name()).detach();
      if (Arrays.equals(from.shape(), to.shape())) {
        to.copyInPlace(from.detach());
      } else if (to.rank() == 2
          && from.rank() == 2
          && from.size(0) == to.size(0)
          && from.size(1) < to.size(1)) {
        to.zeroInPlace().narrow(1, 0, from.size(1)).copyInPlace(from.detach());
      } else {
        throw new IllegalArgumentException(e.name() + ": cannot take over " + from + " as " + to);
      }
    }
  }

  /** Throws unless these are the parameters of an architecture with the given entries. */
  void requireEntries(List<Entry> expected) {
    if (!expected.equals(entries)) {
      throw new IllegalArgumentException(
          "the parameters are those of another architecture: " + entries);
    }
  }

  /** Names and shapes, in the order in which they lie in {@link #flat}. */
  public List<Entry> entries() {
    return entries;
  }

  /** All numbers, shape [count]; writing to it changes every view. */
  public Tensor flat() {
    return flat;
  }

  /** How many numbers there are. */
  public long count() {
    return flat.count();
  }

  /** One weight or bias; gradients can be asked for it. */
  public Tensor get(String name) {
    Tensor view = views.get(name);
    if (view == null) {
      throw new IllegalArgumentException("no parameter is called " + name);
    }
    return view;
  }

  /** All weights and biases, in order. */
  public List<Tensor> variables() {
    return new ArrayList<>(views.values());
  }

  /** Gradients of {@link #variables} as one vector in the order of {@link #flat}. */
  public Tensor flatten(List<Tensor> gradients) {
    return Tensor.cat(0, gradients.stream().map(g -> g.reshape(-1)).toList());
  }

  /** A copy that shares nothing with this one. */
  public Parameters copy() {
    return new Parameters(entries, flat.copy());
  }

  /** Lets these parameters outlive every scope; see {@link Tensor#outliveScopes}. */
  public Parameters outliveScopes() {
    flat.outliveScopes();
    views.values().forEach(Tensor::outliveScopes);
    return this;
  }

  /** Zeros in the same entries. */
  public Parameters zerosLike() {
    return new Parameters(entries, flat.detach().zerosLike());
  }

  /** A copy in another element type. */
  public Parameters to(DType type) {
    return new Parameters(entries, flat.to(type).copy());
  }
}
