package org.f2d2.train;

import org.f2d2.error.F2d2Exception;
import org.f2d2.store.Earlier;

/**
 * The teacher's network and training.
 *
 * @param width units per layer; 0 chooses by the number of columns
 * @param depth layers
 * @param batch rows per step
 * @param learningRate peak rate
 * @param weightDecay decoupled decay; negative chooses by the number of rows
 * @param ema decay of the running average
 * @param contextRows see {@link org.f2d2.objective.FlowMatching.Options}
 * @param fourier frequencies per coordinate; negative lets a pilot run choose
 * @param mixture most components of the Gaussian mixture that a pilot run may take as the base; 0
 *     for the single Gaussian
 */
public record TeacherOptions(
    int width,
    int depth,
    int batch,
    double learningRate,
    double weightDecay,
    double ema,
    int contextRows,
    int fourier,
    @Earlier int mixture) {
  /** The measured choice. */
  public static final TeacherOptions DEFAULT =
      new TeacherOptions(0, 4, 512, 4e-3, -1, 0.999, 512, -1, 32);

  /** Checks the sizes. */
  public TeacherOptions {
    NetworkSizes.require("teacher", width, depth, batch);
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** A builder that starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** Sets what differs; see the components of {@link TeacherOptions}. */
  public static final class Builder {
    private int width;
    private int depth;
    private int batch;
    private double learningRate;
    private double weightDecay;
    private double ema;
    private int contextRows;
    private int fourier;
    private int mixture;

    private Builder(TeacherOptions from) {
      this.width = from.width;
      this.depth = from.depth;
      this.batch = from.batch;
      this.learningRate = from.learningRate;
      this.weightDecay = from.weightDecay;
      this.ema = from.ema;
      this.contextRows = from.contextRows;
      this.fourier = from.fourier;
      this.mixture = from.mixture;
    }

    /** Sets {@link TeacherOptions#width}. */
    public Builder width(int value) {
      width = value;
      return this;
    }

    /** Sets {@link TeacherOptions#depth}. */
    public Builder depth(int value) {
      depth = value;
      return this;
    }

    /** Sets {@link TeacherOptions#batch}. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** Sets {@link TeacherOptions#learningRate}. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** Sets {@link TeacherOptions#weightDecay}. */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /** Sets {@link TeacherOptions#ema}. */
    public Builder ema(double value) {
      ema = value;
      return this;
    }

    /** Sets {@link TeacherOptions#contextRows}. */
    public Builder contextRows(int value) {
      contextRows = value;
      return this;
    }

    /** Sets {@link TeacherOptions#fourier}. */
    public Builder fourier(int value) {
      fourier = value;
      return this;
    }

    /** Sets {@link TeacherOptions#mixture}. */
    public Builder mixture(int value) {
      mixture = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws F2d2Exception when a value is out of range
     */
    public TeacherOptions build() {
      return new TeacherOptions(
          width, depth, batch, learningRate, weightDecay, ema, contextRows, fourier, mixture);
    }
  }
}
