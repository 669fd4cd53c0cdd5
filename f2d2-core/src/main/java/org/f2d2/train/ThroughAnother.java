package org.f2d2.train;

import java.nio.file.Path;
import java.util.Optional;
import org.f2d2.data.Batch;
import org.f2d2.domain.Domain;
import org.f2d2.objective.Method;
import org.jspecify.annotations.Nullable;

/**
 * A fit of rows that a one-to-one map takes to those of another domain, which is then fitted:
 * proportions by the logarithms of their ratios, angles by the table of them.
 */
public abstract class ThroughAnother implements FitChoices {

  private final String one;
  private final FitChoices inner;

  /**
   * Such a fit.
   *
   * @param one what one row is called
   * @param inner the options of the other domain
   */
  protected ThroughAnother(String one, FitChoices inner) {
    this.one = one;
    this.inner = inner;
  }

  /** The rows of the other domain. */
  protected abstract Batch inner(Batch rows);

  /** The domain of these rows over that of the others. */
  protected abstract Domain outer(Domain other);

  /** The same kind of fit with other options. */
  protected abstract ThroughAnother with(FitChoices other);

  /** The options of the other domain. */
  public FitChoices inner() {
    return inner;
  }

  @Override
  public String one() {
    return one;
  }

  @Override
  public Method method() {
    return inner.method();
  }

  @Override
  public Budget budget() {
    return inner.budget();
  }

  @Override
  public long seed() {
    return inner.seed();
  }

  @Override
  public int workers() {
    return inner.workers();
  }

  @Override
  public double guidance() {
    return inner.guidance();
  }

  @Override
  public FittedFlow fit(
      Batch rows,
      Path directory,
      boolean resume,
      Optional<FittedFlow> taught,
      FitListener listener) {
    FittedFlow flow = inner.fit(inner(rows), directory, resume, taught, listener);
    return flow.with(outer(flow.domain()));
  }

  @Override
  public FitChoices begun(Path directory) {
    return with(inner.begun(directory));
  }

  @Override
  public boolean fitted(FittedFlow model, Batch rows) {
    return inner.fitted(model, inner(rows));
  }

  /** Equal to one of the same class with equal options of the other domain. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof ThroughAnother same
        && getClass() == same.getClass()
        && inner.equals(same.inner);
  }

  @Override
  public final int hashCode() {
    return inner.hashCode();
  }
}
