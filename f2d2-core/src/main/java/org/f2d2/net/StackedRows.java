package org.f2d2.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.f2d2.tensor.Tensor;

/**
 * How the rows of several queries lie in one matrix: the values of all, and below them the tangents
 * of those that have a direction. What carries gradients comes last among the values and first
 * among the tangents, in the same order, so that it is one run of rows:
 *
 * <pre>
 *   values    of queries without gradients | with gradients of the value | with gradients of both
 *   tangents  of queries with gradients of both | of the value | without
 * </pre>
 */
final class StackedRows {

  /**
   * The rows of one query.
   *
   * @param rows how many
   * @param value first row of its values
   * @param tangent first row of its tangents; -1 without a direction
   * @param gradients what of it is recorded
   */
  record Block(long rows, long value, long tangent, Query.Gradients gradients) {

    boolean directed() {
      return tangent >= 0;
    }

    /** Whether gradients pass through the tangent, and with it through silu''. */
    boolean curved() {
      return gradients == Query.Gradients.VALUE_AND_TANGENT;
    }
  }

  private final int[] order;
  private final List<Query> queries;
  private final List<Block> blocks;
  private final long values;
  private final long total;

  private StackedRows(int[] order, List<Query> queries) {
    this.order = order;
    this.queries = Arrays.stream(order).mapToObj(queries::get).toList();
    this.values = queries.stream().mapToLong(Query::rows).sum();
    this.total =
        values + queries.stream().filter(StackedRows::directed).mapToLong(Query::rows).sum();
    List<Block> all = new ArrayList<>();
    long curved = values;
    long plain =
        values
            + this.queries.stream()
                .filter(q -> recorded(q) == Query.Gradients.VALUE_AND_TANGENT)
                .mapToLong(Query::rows)
                .sum();
    long value = 0;
    for (Query q : this.queries) {
      long tangent = -1;
      if (recorded(q) == Query.Gradients.VALUE_AND_TANGENT) {
        tangent = curved;
        curved += q.rows();
      } else if (directed(q)) {
        tangent = plain;
        plain += q.rows();
      }
      all.add(new Block(q.rows(), value, tangent, recorded(q)));
      value += q.rows();
    }
    this.blocks = List.copyOf(all);
  }

  static StackedRows of(List<Query> queries) {
    return new StackedRows(
        IntStream.range(0, queries.size())
            .boxed()
            .sorted(Comparator.comparing(i -> recorded(queries.get(i))))
            .mapToInt(i -> i)
            .toArray(),
        queries);
  }

  private static boolean directed(Query q) {
    return q.direction().isPresent();
  }

  /** A tangent that was not asked for carries no gradient. */
  private static Query.Gradients recorded(Query q) {
    return q.gradients() == Query.Gradients.VALUE_AND_TANGENT && !directed(q)
        ? Query.Gradients.VALUE
        : q.gradients();
  }

  /** One for each query, in the order of their values. */
  List<Block> blocks() {
    return blocks;
  }

  /** The queries in the order of their values. */
  List<Query> queries() {
    return queries;
  }

  /** The queries with a direction, in the order of their tangents. */
  List<Query> directed() {
    return IntStream.range(0, blocks.size())
        .boxed()
        .filter(i -> blocks.get(i).directed())
        .sorted(Comparator.comparing(i -> blocks.get(i).tangent))
        .map(queries::get)
        .toList();
  }

  /** Rows of values. */
  long values() {
    return values;
  }

  /** Rows of values and tangents. */
  long total() {
    return total;
  }

  /** Recorded rows of values, the last of them. */
  long recordedValues() {
    return blocks.stream()
        .filter(b -> b.gradients != Query.Gradients.NONE)
        .mapToLong(Block::rows)
        .sum();
  }

  /** Recorded rows of tangents, the first of them. */
  long recordedTangents() {
    return blocks.stream().filter(Block::curved).mapToLong(Block::rows).sum();
  }

  /**
   * The parts of an output that belong to each query, in the order in which they were asked.
   *
   * @param output [total, outputs]
   * @param record turns what is recorded into a variable, in the order of the rows
   */
  List<Query.Answer> answers(Tensor output, UnaryOperator<Tensor> record) {
    int n = blocks.size();
    Tensor[] value = new Tensor[n];
    for (int i = 0; i < n; i++) {
      Block b = blocks.get(i);
      Tensor part = output.rows(b.value, b.value + b.rows);
      value[i] = b.gradients == Query.Gradients.NONE ? part : record.apply(part);
    }
    Query.Answer[] answers = new Query.Answer[n];
    for (int i = 0; i < n; i++) {
      Block b = blocks.get(i);
      Optional<Tensor> tangent = Optional.empty();
      if (b.directed()) {
        Tensor part = output.rows(b.tangent, b.tangent + b.rows);
        tangent = Optional.of(b.curved() ? record.apply(part) : part);
      }
      answers[order[i]] = new Query.Answer(value[i], tangent);
    }
    return Arrays.asList(answers);
  }

  /**
   * The cotangent of the recorded rows, zero where the loss does not ask: of the values, and of the
   * tangents below them if the loss asks for any of those; empty if it asks for nothing.
   *
   * @param parts one for each variable that {@link #answers} made, in their order
   */
  Optional<Tensor> cotangent(List<Optional<Tensor>> parts) {
    List<Block> recorded =
        blocks.stream().filter(b -> b.gradients != Query.Gradients.NONE).toList();
    List<Block> curved = recorded.stream().filter(Block::curved).toList();
    Optional<Tensor> any = parts.stream().flatMap(Optional::stream).findFirst();
    if (any.isEmpty()) {
      return any;
    }
    int own = recorded.size();
    boolean tangents = parts.subList(own, parts.size()).stream().anyMatch(Optional::isPresent);
    List<Tensor> bars = new ArrayList<>();
    for (int i = 0; i < (tangents ? parts.size() : own); i++) {
      Block b = i < own ? recorded.get(i) : curved.get(i - own);
      bars.add(
          parts.get(i).orElseGet(() -> Tensor.zeros(any.get().type(), b.rows, any.get().size(1))));
    }
    return Optional.of(bars.size() == 1 ? bars.get(0) : Tensor.cat(0, bars));
  }
}
