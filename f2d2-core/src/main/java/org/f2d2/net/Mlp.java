package org.f2d2.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.f2d2.plain.FourierFeatures;
import org.f2d2.plain.MlpArchitecture;
import org.f2d2.plain.PointFunction;
import org.f2d2.plain.PointMlp;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.PackedWeights;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A residual multilayer perceptron of a point and two times, see {@link MlpArchitecture}. The
 * output layer starts at zero.
 */
public final class Mlp implements Network {

  /** Numbers of one layer's output that stay in the cache of a core. */
  private static final int CACHED_NUMBERS = 1 << 18;

  private final MlpArchitecture architecture;
  private final Parameters parameters;

  /** Weights of the hidden layers after the first, where the parameters no longer change. */
  private final List<PackedWeights> packed;

  private Mlp(MlpArchitecture architecture, Parameters parameters, List<PackedWeights> packed) {
    this.architecture = architecture;
    this.parameters = parameters;
    this.packed = packed;
  }

  /**
   * A network with random weights: hidden weights normal with variance 1/(inputs), biases and the
   * output layer zero.
   */
  public static Mlp random(MlpArchitecture architecture, DType type, Rng rng) {
    Parameters parameters = Parameters.zeros(entries(architecture), type);
    int inputs = architecture.pointFeatures() + 2 * architecture.time().size();
    for (Parameters.Entry e : parameters.entries()) {
      if (e.name().endsWith(".weight") && !e.name().startsWith("output")) {
        long fanIn = e.name().startsWith("hidden") ? architecture.width() : inputs;
        long[] sizes = {e.shape().get(0), e.shape().get(1)};
        Tensor draw = rng.normal(type, sizes).mul(1 / Math.sqrt(fanIn));
        parameters.get(e.name()).detach().copyInPlace(draw);
      }
    }
    return new Mlp(architecture, parameters, List.of());
  }

  /** A network over stored numbers, whose entries must be those of the architecture. */
  public static Mlp of(MlpArchitecture architecture, Parameters parameters) {
    parameters.requireEntries(entries(architecture));
    return new Mlp(architecture, parameters, List.of());
  }

  /**
   * The perceptron of points without the last condition, which is held at a value: what that adds
   * to the first layer joins the bias.
   */
  public Mlp withLastCondition(double value) {
    MlpArchitecture a = architecture;
    MlpArchitecture less =
        new MlpArchitecture(
            a.dimensions(),
            a.outputs(),
            a.width(),
            a.depth(),
            a.time(),
            a.fourier(),
            a.twoTimes(),
            a.conditions() - 1);
    Parameters held = Parameters.zeros(entries(less), parameters.flat().type());
    int last = a.pointFeatures() - 1;
    for (Parameters.Entry e : entries(less)) {
      Tensor from = parameters.get(e.name()).detach();
      Tensor to = held.get(e.name()).detach();
      to.copyInPlace(e.name().equals("point.weight") ? from.narrow(1, 0, last) : from);
    }
    Tensor added = parameters.get("point.weight").detach().narrow(1, last, 1).reshape(-1);
    held.get("point.bias").detach().addInPlace(added, value);
    return new Mlp(less, held, List.of());
  }

  /** Shape of the perceptron. */
  public MlpArchitecture architecture() {
    return architecture;
  }

  /** Names and shapes of the parameters of an architecture. */
  public static List<Parameters.Entry> entries(MlpArchitecture architecture) {
    List<Parameters.Entry> entries = new ArrayList<>();
    architecture.shapes().forEach((name, shape) -> entries.add(new Parameters.Entry(name, shape)));
    return entries;
  }

  @Override
  public int dimensions() {
    return architecture.dimensions() + architecture.conditions();
  }

  @Override
  public int conditions() {
    return architecture.conditions();
  }

  @Override
  public int outputs() {
    return architecture.outputs();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int rowsAtATime() {
    return Math.max(Network.super.rowsAtATime(), CACHED_NUMBERS / architecture.width());
  }

  @Override
  public Mlp frozen() {
    List<PackedWeights> weights = new ArrayList<>();
    for (int l = 1; l < architecture.depth(); l++) {
      weights.add(PackedWeights.of(weight(l)));
    }
    return new Mlp(architecture, parameters, List.copyOf(weights));
  }

  @Override
  public Mlp with(Parameters other) {
    return of(architecture, other);
  }

  @Override
  public Tensor forward(Tensor x, Tensor s, Tensor t) {
    Tape tape = Tape.recording(parameters);
    if (tape != null) {
      Query query = new Query(x, s, t, Optional.empty(), Query.Gradients.VALUE);
      if (!query.carriesDerivatives()) {
        return RecordedMlp.answer(this, List.of(query), tape).get(0).value();
      }
      tape.general();
    }
    return upwards(features(x, s, t), firstWeights(), parameters.get("point.bias"));
  }

  private Tensor upwards(Tensor features, Tensor weights, Tensor bias) {
    Tensor h = features.siluLayer(weights, bias);
    for (int l = 1; l < architecture.depth(); l++) {
      h =
          packed.isEmpty()
              ? h.residualSiluLayer(weight(l), bias(l))
              : h.residualSiluLayer(packed.get(l - 1), bias(l));
    }
    return h.linear(parameters.get("output.weight"), parameters.get("output.bias"));
  }

  // Features of a time that all points share are one constant, which the first bias can carry.
  @Override
  public Tensor forward(Tensor x, double s, double t) {
    if (Autograd.isRecording() || Autograd.isDifferentiated(x)) {
      return Network.super.forward(x, s, t);
    }
    Tensor source = Tensor.full(s, x.type(), 1, 1);
    Tensor bias =
        TimeTensors.features(architecture.time(), source)
            .linear(parameters.get("source_time.weight"), parameters.get("point.bias"));
    if (architecture.twoTimes()) {
      Tensor target = TimeTensors.features(architecture.time(), Tensor.full(t, x.type(), 1, 1));
      bias = bias.add(target.linear(parameters.get("target_time.weight")));
    }
    return upwards(pointFeatures(x, source), parameters.get("point.weight"), bias.reshape(-1));
  }

  @Override
  public PointFunction atPoint(double s, double t) {
    return new PointMlp(architecture, name -> parameters.get(name).toDoubles()).at(s, t);
  }

  @Override
  public List<Query.Answer> answer(List<Query> queries) {
    if (queries.stream().anyMatch(Query::carriesDerivatives)) {
      return Network.super.answer(queries);
    }
    Tape tape = Tape.recording(parameters);
    return tape == null && Autograd.isRecording()
        ? Network.super.answer(queries)
        : RecordedMlp.answer(this, queries, tape);
  }

  // Tangents of all d coordinates at once, [d, n, width]: the first layer meets coordinate i only
  // in the columns of i, and of the last layer the trace needs only row i, so neither costs a
  // full product.
  @Override
  public Tensor forwardWithTrace(Tensor x, Tensor s, Tensor t) {
    Tape.generally(parameters);
    int d = architecture.dimensions();
    long n = x.size(0);
    long width = architecture.width();
    Tensor z = firstLayer(x, s, t);
    Tensor tangent = firstLayerTangents(x, s).mul(siluDerivative(z));
    Tensor h = z.silu();
    for (int l = 1; l < architecture.depth(); l++) {
      z = hidden(h, l);
      Tensor step = tangent.reshape(d * n, width).linear(weight(l)).reshape(d, n, width);
      tangent = tangent.addProduct(step, siluDerivative(z));
      h = h.add(z.silu());
    }
    Tensor weight = parameters.get("output.weight");
    Tensor output = h.linear(weight, parameters.get("output.bias"));
    Tensor trace = tangent.matmul(weight.rows(0, d).unsqueeze(2)).sum(0);
    return Tensor.cat(1, output, trace);
  }

  private Tensor firstLayer(Tensor x, Tensor s, Tensor t) {
    return features(x, s, t).linear(firstWeights(), parameters.get("point.bias"));
  }

  /** φ(x, s), e(s) and e(t) side by side. */
  Tensor features(Tensor x, Tensor s, Tensor t) {
    Tensor features =
        Tensor.cat(1, pointFeatures(x, s), TimeTensors.features(architecture.time(), s));
    return architecture.twoTimes()
        ? Tensor.cat(1, features, TimeTensors.features(architecture.time(), t))
        : features;
  }

  /** The derivative of {@link #features} in a direction. */
  Tensor featureTangents(Tensor x, Tensor s, Tensor t, Direction direction) {
    Tensor still = s.zerosLike();
    Tensor ds = direction.s().orElse(still);
    Tensor time = TimeTensors.derivatives(architecture.time(), s).mul(ds);
    Tensor tangents = Tensor.cat(1, pointTangents(x, s, direction, ds), time);
    return architecture.twoTimes()
        ? Tensor.cat(
            1,
            tangents,
            TimeTensors.derivatives(architecture.time(), t).mul(direction.t().orElse(still)))
        : tangents;
  }

  private Tensor pointTangents(Tensor x, Tensor s, Direction direction, Tensor ds) {
    Tensor dx = direction.x().orElseGet(x::zerosLike);
    FourierFeatures fourier = architecture.fourier();
    if (fourier.frequencies() == 0) {
      return dx;
    }
    Tensor column = coordinates(dx).unsqueeze(2);
    Tensor at = coordinates(x);
    Tensor waves =
        FourierTensors.derivatives(fourier, at, s)
            .mul(column)
            .addProduct(FourierTensors.timeDerivatives(fourier, at, s), ds.unsqueeze(2));
    return withConditions(Tensor.cat(2, column, waves).reshape(x.size(0), -1), dx);
  }

  /** The columns of a point that are not conditions. */
  private Tensor coordinates(Tensor x) {
    return architecture.conditions() == 0 ? x : x.narrow(1, 0, architecture.dimensions());
  }

  /** Features of the coordinates with the conditions of their points behind them. */
  private Tensor withConditions(Tensor features, Tensor x) {
    int c = architecture.conditions();
    return c == 0 ? features : Tensor.cat(1, features, x.narrow(1, architecture.dimensions(), c));
  }

  /** W, E_s and E_t side by side. */
  Tensor firstWeights() {
    return Tensor.cat(1, firstWeightNames().stream().map(parameters::get).toList());
  }

  /** The parameters that {@link #firstWeights} puts side by side. */
  List<String> firstWeightNames() {
    return architecture.twoTimes()
        ? List.of("point.weight", "source_time.weight", "target_time.weight")
        : List.of("point.weight", "source_time.weight");
  }

  private Tensor pointFeatures(Tensor x, Tensor s) {
    if (architecture.fourier().frequencies() == 0) {
      return x;
    }
    Tensor at = coordinates(x);
    Tensor waves = FourierTensors.features(architecture.fourier(), at, s);
    return withConditions(Tensor.cat(2, at.unsqueeze(2), waves).reshape(x.size(0), -1), x);
  }

  private Tensor firstLayerTangents(Tensor x, Tensor s) {
    int d = architecture.dimensions();
    Tensor at = coordinates(x);
    Tensor derivatives = at.onesLike().unsqueeze(2);
    if (architecture.fourier().frequencies() > 0) {
      derivatives =
          Tensor.cat(2, derivatives, FourierTensors.derivatives(architecture.fourier(), at, s));
    }
    Tensor point = parameters.get("point.weight");
    if (architecture.conditions() > 0) {
      point = point.narrow(1, 0, d * derivatives.size(2));
    }
    Tensor weights = point.reshape(architecture.width(), d, derivatives.size(2));
    return derivatives.swap(0, 1).matmul(weights.swap(0, 1).swap(1, 2));
  }

  private Tensor hidden(Tensor h, int layer) {
    return h.linear(weight(layer), bias(layer));
  }

  Tensor weight(int layer) {
    return parameters.get("hidden." + layer + ".weight");
  }

  Tensor bias(int layer) {
    return parameters.get("hidden." + layer + ".bias");
  }

  private static Tensor siluDerivative(Tensor z) {
    Tensor p = z.sigmoid();
    return p.addProduct(z, p.addProduct(p, p.neg()));
  }
}
