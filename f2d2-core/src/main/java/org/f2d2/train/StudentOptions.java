package org.f2d2.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.f2d2.error.F2d2Exception;
import org.f2d2.error.OptionException;
import org.f2d2.store.Earlier;

/**
 * The student's network and training.
 *
 * @param width units per layer; 0 chooses by the number of columns
 * @param depth layers
 * @param batch rows per step
 * @param learningRate peak rate
 * @param ema decay of the running average
 * @param divergenceHead whether D is trained beside u
 * @param logDensityHead whether a log-density head is trained as a second way to the log-density
 * @param fourier frequencies per coordinate; negative follows the teacher
 * @param cycleWeight factor of {@link org.f2d2.objective.CycleConsistency} beside the method's own
 *     loss; 0 for none
 * @param determinantWeight factor of {@link org.f2d2.objective.DeterminantLink}; 0 for none
 * @param autoguidance whether Align Your Flow distils all strengths of {@link
 *     org.f2d2.flow.Autoguidance}, which samples may then be drawn with
 */
public record StudentOptions(
    int width,
    int depth,
    int batch,
    double learningRate,
    double ema,
    boolean divergenceHead,
    @JsonProperty("potentialHead") boolean logDensityHead,
    int fourier,
    @Earlier double cycleWeight,
    @Earlier double determinantWeight,
    @Earlier boolean autoguidance) {
  private static final int MOST_WEIGHT = 1000;

  /** The measured choice. */
  public static final StudentOptions DEFAULT =
      new StudentOptions(0, 4, 512, 4e-3, 0.999, true, true, -1, 0, 0, false);

  /** Checks the weights of the extra losses. */
  public StudentOptions {
    NetworkSizes.require("student", width, depth, batch);
    requireWeight("cycleWeight", cycleWeight);
    requireWeight("determinantWeight", determinantWeight);
    if (determinantWeight > 0 && !divergenceHead) {
      throw new F2d2Exception("a link to the determinant needs the divergence head");
    }
  }

  private static void requireWeight(String option, double weight) {
    if (!(weight >= 0 && weight <= MOST_WEIGHT)) {
      throw new OptionException(option, "must lie in [0, " + MOST_WEIGHT + "], got " + weight);
    }
  }

  /** These options with other heads; without that of the divergence nothing links to it. */
  public StudentOptions withHeads(boolean divergence, boolean logDensity) {
    return toBuilder()
        .divergenceHead(divergence)
        .logDensityHead(logDensity)
        .determinantWeight(divergence ? determinantWeight : 0)
        .build();
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** A builder that starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** Sets what differs; see the components of {@link StudentOptions}. */
  public static final class Builder {
    private int width;
    private int depth;
    private int batch;
    private double learningRate;
    private double ema;
    private boolean divergenceHead;
    private boolean logDensityHead;
    private int fourier;
    private double cycleWeight;
    private double determinantWeight;
    private boolean autoguidance;

    private Builder(StudentOptions from) {
      this.width = from.width;
      this.depth = from.depth;
      this.batch = from.batch;
      this.learningRate = from.learningRate;
      this.ema = from.ema;
      this.divergenceHead = from.divergenceHead;
      this.logDensityHead = from.logDensityHead;
      this.fourier = from.fourier;
      this.cycleWeight = from.cycleWeight;
      this.determinantWeight = from.determinantWeight;
      this.autoguidance = from.autoguidance;
    }

    /** Sets {@link StudentOptions#width}. */
    public Builder width(int value) {
      width = value;
      return this;
    }

    /** Sets {@link StudentOptions#depth}. */
    public Builder depth(int value) {
      depth = value;
      return this;
    }

    /** Sets {@link StudentOptions#batch}. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** Sets {@link StudentOptions#learningRate}. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** Sets {@link StudentOptions#ema}. */
    public Builder ema(double value) {
      ema = value;
      return this;
    }

    /** Sets {@link StudentOptions#divergenceHead}. */
    public Builder divergenceHead(boolean value) {
      divergenceHead = value;
      return this;
    }

    /** Sets {@link StudentOptions#logDensityHead}. */
    public Builder logDensityHead(boolean value) {
      logDensityHead = value;
      return this;
    }

    /** Sets {@link StudentOptions#fourier}. */
    public Builder fourier(int value) {
      fourier = value;
      return this;
    }

    /** Sets {@link StudentOptions#cycleWeight}. */
    public Builder cycleWeight(double value) {
      cycleWeight = value;
      return this;
    }

    /** Sets {@link StudentOptions#determinantWeight}. */
    public Builder determinantWeight(double value) {
      determinantWeight = value;
      return this;
    }

    /** Sets {@link StudentOptions#autoguidance}. */
    public Builder autoguidance(boolean value) {
      autoguidance = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws F2d2Exception when a value is out of range
     */
    public StudentOptions build() {
      return new StudentOptions(
          width,
          depth,
          batch,
          learningRate,
          ema,
          divergenceHead,
          logDensityHead,
          fourier,
          cycleWeight,
          determinantWeight,
          autoguidance);
    }
  }
}
