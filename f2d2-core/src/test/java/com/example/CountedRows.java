package com.example;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.f2d2.score.Nfe;
import org.f2d2.score.RowScorer;
import org.f2d2.score.Scores;

/**
 * Another scorer whose rows are counted.
 *
 * @param scorer any
 * @param count of the rows that it has scored
 */
public record CountedRows(RowScorer scorer, LongAdder count) implements RowScorer {

  @Override
  public List<String> columns() {
    return scorer.columns();
  }

  @Override
  public Nfe usualNfe() {
    return scorer.usualNfe();
  }

  @Override
  public Scores scoreRows(double[] rows, Nfe nfe) {
    Scores scores = scorer.scoreRows(rows, nfe);
    count.add(scores.rows());
    return scores;
  }
}
