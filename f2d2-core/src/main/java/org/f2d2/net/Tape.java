package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Records the evaluations of one network on this thread while a loss is computed, and then walks
 * back through them.
 *
 * <p>A general recorder notes every operation on every tensor. A perceptron is a dozen operations
 * whose derivatives are known, so while a tape is open it computes outputs without a general
 * record, keeps what its own way back needs, and hands out each output as a fresh variable. The
 * loss is then differentiated with respect to these few small outputs by {@link Autograd}, and the
 * network goes the rest of the way itself.
 *
 * <p>Evaluations that the network cannot take back by itself, such as those at points that carry
 * gradients, go the general way; {@link #gradient} adds up both. A tape is used by the thread that
 * opened it, inside one scope.
 */
public final class Tape implements AutoCloseable {

  private static final ThreadLocal<@Nullable Tape> OPEN = new ThreadLocal<>();

  /** The way back of one evaluation. */
  @FunctionalInterface
  interface Back {
    /**
     * Adds this evaluation's part to the gradient.
     *
     * @param cotangents one for each output, in its shape; empty where the loss does not ask
     * @param gradient what is added to
     */
    void walk(List<Optional<Tensor>> cotangents, Parameters gradient);
  }

  private record Evaluation(List<Tensor> outputs, Back back, Runnable release) {}

  private final Parameters parameters;
  private final @Nullable Tape around;
  private final List<Evaluation> evaluations = new ArrayList<>();
  private boolean general;

  private Tape(Parameters parameters, @Nullable Tape around) {
    this.parameters = parameters;
    this.around = around;
  }

  /** Records the evaluations of the network over these parameters until the tape is closed. */
  public static Tape open(Parameters parameters) {
    Tape tape = new Tape(parameters, OPEN.get());
    OPEN.set(tape);
    return tape;
  }

  /** The open tape, if it records the network over these parameters and recording is on. */
  static @Nullable Tape recording(Parameters parameters) {
    Tape tape = OPEN.get();
    return tape != null && tape.parameters == parameters && Autograd.isRecording() ? tape : null;
  }

  /** Notes, if a tape is open, that an evaluation of these parameters goes the general way. */
  static void generally(Parameters parameters) {
    Tape tape = recording(parameters);
    if (tape != null) {
      tape.general();
    }
  }

  /** Notes that an evaluation goes the general way. */
  void general() {
    general = true;
  }

  /**
   * Notes an evaluation.
   *
   * @param outputs its outputs as variables, of which the loss is a function
   * @param release called when the tape is closed
   */
  void note(List<Tensor> outputs, Back back, Runnable release) {
    evaluations.add(new Evaluation(List.copyOf(outputs), back, release));
  }

  /**
   * The gradient of a loss with respect to the parameters.
   *
   * @param loss a tensor of one element
   * @return one vector in the order of {@link Parameters#flat}
   */
  public Tensor gradient(Tensor loss) {
    Parameters sum = parameters.zerosLike();
    addGradient(loss, sum);
    return sum.flat();
  }

  /**
   * Adds the gradient of a loss with respect to the parameters to a sum.
   *
   * @param loss a tensor of one element
   * @param sum of the same entries as the parameters
   */
  public void addGradient(Tensor loss, Parameters sum) {
    List<Tensor> sources = new ArrayList<>();
    evaluations.forEach(e -> sources.addAll(e.outputs()));
    if (general || sources.isEmpty()) {
      sources.addAll(parameters.variables());
    }
    List<Optional<Tensor>> cotangents = Autograd.gradWhereAny(loss, sources);
    Autograd.noGrad(
        () -> {
          int at = 0;
          for (Evaluation e : evaluations) {
            int end = at + e.outputs().size();
            e.back().walk(cotangents.subList(at, end), sum);
            at = end;
          }
          for (Tensor whole : sum.variables()) {
            if (at == cotangents.size()) {
              break;
            }
            cotangents.get(at++).ifPresent(g -> whole.addInPlace(g, 1));
          }
          return sum;
        });
  }

  /** Ends the recording. */
  @Override
  public void close() {
    evaluations.forEach(e -> e.release().run());
    if (around == null) {
      OPEN.remove();
    } else {
      OPEN.set(around);
    }
  }
}
