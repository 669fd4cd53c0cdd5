package org.f2d2.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.f2d2.plain.Particles;
import org.f2d2.tensor.Autograd;
import org.f2d2.tensor.DType;
import org.f2d2.tensor.Rng;
import org.f2d2.tensor.Tensor;

/**
 * A network of messages between particles, whose velocities turn when all particles are turned and
 * change places when like ones do, as E(n)-equivariant networks (Satorras et al., arXiv 2102.09844)
 * and radial ones (Köhler et al., arXiv 2006.02425) have it.
 *
 * <p>Points are in mean-free coordinates, see {@link Particles#toPlaces}. With r_ij the distances,
 * φ their Gaussian shells, e what {@link Conditioning} makes of the times and k_i the kind of a
 * particle,
 *
 * <pre>
 *   h_i = W_k k_i + W_e e
 *   m_ij = silu( W₂ silu( W_φ φ(r_ij) + A h_i + B h_j + b₁ ) + b₂ )
 *   h_i = h_i + W₄ silu( W₃ [h_i, Σ_j m_ij] )                      in each layer
 *   u_i = Σ_layers Σ_j (x_i - x_j) c(m_ij),      D = mean_i d(h_i)
 * </pre>
 *
 * <p>Reflections turn the velocities as well, so a handed molecule and its mirror image have the
 * same density.
 */
public final class ParticleNetwork implements Network {

  /** Keeps the root of a distance of nothing differentiable. */
  private static final double LEAST_SQUARE = 1e-6;

  /** Pairs of a pass: what they leave behind stays in the processor's cache. */
  private static final int PAIRS_AT_A_TIME = 4096;

  private final ParticleArchitecture architecture;
  private final Particles particles;
  private final boolean pooled;
  private final boolean twoTimes;
  private final Parameters parameters;
  private final Constants constants;

  private ParticleNetwork(
      ParticleArchitecture architecture,
      Particles particles,
      boolean pooled,
      boolean twoTimes,
      Parameters parameters,
      Constants constants) {
    parameters.requireEntries(entries(architecture, particles, pooled, twoTimes));
    this.architecture = architecture;
    this.particles = particles;
    this.pooled = pooled;
    this.twoTimes = twoTimes;
    this.parameters = parameters;
    this.constants = constants;
  }

  /**
   * Numbers that no training changes.
   *
   * @param toPlaces matrix of {@link Particles#toPlaces}, [coordinates, d]
   * @param toMeanFree its transpose
   * @param kinds a one for the kind of each particle, [particles, kinds]
   * @param ones whose product with the squares of a difference is its length squared
   * @param none from places to features of zero, [width, space]
   * @param centres of the shells, negative
   * @param least added to squared distances
   */
  private record Constants(
      Tensor toPlaces,
      Tensor toMeanFree,
      Tensor kinds,
      Tensor ones,
      Tensor none,
      Tensor centres,
      Tensor least) {

    static Constants of(ParticleArchitecture architecture, Particles particles, DType type) {
      int d = particles.meanFree();
      int all = particles.coordinates();
      double[] places = new double[all * d];
      double[] meanFree = new double[d * all];
      for (int i = 0; i < d; i++) {
        double[] unit = new double[d];
        unit[i] = 1;
        double[] x = particles.toPlaces(unit);
        for (int k = 0; k < all; k++) {
          places[k * d + i] = x[k];
          meanFree[i * all + k] = x[k];
        }
      }
      List<Integer> known = particles.kinds().stream().distinct().toList();
      double[] kinds = new double[particles.count() * known.size()];
      for (int i = 0; i < particles.count(); i++) {
        kinds[i * known.size() + known.indexOf(particles.kinds().get(i))] = 1;
      }
      double[] ones = new double[particles.space()];
      Arrays.fill(ones, 1);
      double[] centres = new double[architecture.shells()];
      Arrays.setAll(centres, k -> -spacing(architecture) * k);
      return new Constants(
          kept(places, type, all, d),
          kept(meanFree, type, d, all),
          kept(kinds, type, particles.count(), known.size()),
          kept(ones, type, 1, ones.length),
          kept(
              new double[architecture.width() * particles.space()],
              type,
              architecture.width(),
              particles.space()),
          kept(centres, type, centres.length),
          kept(new double[] {LEAST_SQUARE}, type, 1));
    }

    private static Tensor kept(double[] values, DType type, long... shape) {
      return Tensor.of(values, type, shape).outliveScopes();
    }
  }

  static ParticleNetwork random(
      ParticleArchitecture architecture,
      Particles particles,
      boolean pooled,
      boolean twoTimes,
      DType type,
      Rng rng) {
    return new ParticleNetwork(
        architecture,
        particles,
        pooled,
        twoTimes,
        Parameters.random(entries(architecture, particles, pooled, twoTimes), type, rng)
            .outliveScopes(),
        Constants.of(architecture, particles, type));
  }

  private static double spacing(ParticleArchitecture a) {
    return a.reach() / (a.shells() - 1);
  }

  private static List<Parameters.Entry> entries(
      ParticleArchitecture a, Particles particles, boolean pooled, boolean twoTimes) {
    List<Parameters.Entry> entries = new ArrayList<>(a.conditioning(twoTimes).entries());
    int w = a.width();
    long kinds = particles.kinds().stream().distinct().count();
    entries.add(Parameters.Entry.of("kinds.weight", w, kinds));
    linear(entries, "times", w, w);
    for (int l = 0; l < a.layers(); l++) {
      entries.add(Parameters.Entry.of(l + ".shells.weight", w, a.shells()));
      entries.add(Parameters.Entry.of(l + ".own.weight", w, w));
      entries.add(Parameters.Entry.of(l + ".other.weight", w, w));
      entries.add(Parameters.Entry.of(l + ".other.bias", w));
      linear(entries, l + ".message", w, w);
      if (pooled || l + 1 < a.layers()) {
        linear(entries, l + ".first", 2 * w, w);
        linear(entries, l + ".second", w, w);
      }
      linear(entries, l + ".pull", w, w);
      linear(entries, l + ".pull.output", w, 1);
    }
    if (pooled) {
      linear(entries, "head", w, w);
      linear(entries, "head.output", w, 1);
    }
    return entries;
  }

  private static void linear(List<Parameters.Entry> entries, String name, int in, int out) {
    entries.add(Parameters.Entry.of(name + ".weight", out, in));
    entries.add(Parameters.Entry.of(name + ".bias", out));
  }

  private <T> T linear(Operations<T> o, T x, String name) {
    return o.linear(x, parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  private <T> T ofPoints(Operations<T> o, T y, T s, T t) {
    long n = o.shape(y)[0];
    int p = particles.count();
    int c = particles.space();
    int w = architecture.width();
    T places = o.reshape(o.linear(y, constants.toPlaces(), null), n, p, c);
    T apart = o.add(o.reshape(places, n, p, 1, c), o.mul(o.reshape(places, n, 1, p, c), -1));
    T square = o.linear(o.product(apart, apart), constants.ones(), null);
    T distance = o.sqrt(o.addConstant(square, constants.least()));
    T away = o.addConstant(distance, constants.centres());
    double precision = -0.5 / Math.pow(spacing(architecture), 2);
    T shells = o.exp(o.mul(o.product(away, away), precision));
    T e = architecture.conditioning(twoTimes).of(o, parameters, y, particles.meanFree(), s, t);
    Tensor own = constants.kinds().linear(parameters.get("kinds.weight"));
    // The same for all particles, but as wide as they are.
    T h =
        o.add(o.linear(places, constants.none(), null), o.reshape(linear(o, e, "times"), n, 1, w));
    h = o.addConstant(h, own.reshape(1, p, w));
    T pulls = o.mul(places, 0);
    for (int l = 0; l < architecture.layers(); l++) {
      T fromOwn = o.linear(h, parameters.get(l + ".own.weight"), null);
      T fromOther = linear(o, h, l + ".other");
      T first =
          o.add(
              o.add(
                  o.linear(shells, parameters.get(l + ".shells.weight"), null),
                  o.reshape(fromOwn, n, p, 1, w)),
              o.reshape(fromOther, n, 1, p, w));
      T message = o.silu(linear(o, o.silu(first), l + ".message"));
      T pull = linear(o, o.silu(linear(o, message, l + ".pull")), l + ".pull.output");
      T pulled = o.mul(o.meanKeep(o.product(apart, pull), 2), p);
      pulls = o.add(pulls, o.reshape(pulled, n, p, c));
      if (!pooled && l + 1 == architecture.layers()) {
        // Nobody asks what the particles have heard last.
        break;
      }
      T heard = o.reshape(o.mul(o.meanKeep(message, 2), p), n, p, w);
      T change = linear(o, o.silu(linear(o, o.cat(2, h, heard), l + ".first")), l + ".second");
      h = o.add(h, change);
    }
    T u = o.linear(o.reshape(pulls, n, (long) p * c), constants.toMeanFree(), null);
    if (!pooled) {
      return u;
    }
    T each = linear(o, o.silu(linear(o, h, "head")), "head.output");
    return o.cat(1, u, o.reshape(o.meanKeep(each, 1), n, 1));
  }

  /** Whose places the points are. */
  public Particles particles() {
    return particles;
  }

  @Override
  public int dimensions() {
    return particles.meanFree();
  }

  @Override
  public int outputs() {
    return particles.meanFree() + (pooled ? 1 : 0);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int rowsAtATime() {
    return Math.max(1, PAIRS_AT_A_TIME / (particles.count() * particles.count()));
  }

  @Override
  public Tensor forward(Tensor x, Tensor s, Tensor t) {
    Tape.generally(parameters);
    return ofPoints(new OnValues(), x, s, t);
  }

  @Override
  public Along forwardAlong(Tensor x, Tensor s, Tensor t, List<Direction> directions) {
    Tape.generally(parameters);
    return Along.of(directions, x, s, t, this::ofPoints);
  }

  @Override
  public Tensor forwardWithTrace(Tensor x, Tensor s, Tensor t) {
    int d = dimensions();
    Tensor identity = Tensor.eye(d, x.type());
    List<Direction> directions = new ArrayList<>();
    for (int i = 0; i < d; i++) {
      directions.add(Direction.ofPoint(identity.rows(i, i + 1).expand(x.size(0), d)));
    }
    Along along = forwardAlong(x, s, t, directions);
    Tensor trace = along.tangent(0).column(0);
    for (int i = 1; i < d; i++) {
      trace = trace.add(along.tangent(i).column(i));
    }
    return Tensor.cat(1, along.value(), trace);
  }

  @Override
  public List<Query.Answer> answer(List<Query> queries) {
    Query first = queries.get(0);
    boolean same =
        queries.size() > 1
            && !first.carriesDerivatives()
            && queries.stream()
                .allMatch(
                    q ->
                        q.x() == first.x()
                            && q.s() == first.s()
                            && q.t() == first.t()
                            && q.direction().isPresent()
                            && q.gradients() == Query.Gradients.NONE);
    if (!same) {
      return queries.stream().map(q -> q.answer(this)).toList();
    }
    List<Direction> directions = queries.stream().map(q -> q.direction().orElseThrow()).toList();
    Along along = Autograd.noGrad(() -> forwardAlong(first.x(), first.s(), first.t(), directions));
    return IntStream.range(0, directions.size())
        .mapToObj(i -> new Query.Answer(along.value(), Optional.of(along.tangent(i))))
        .toList();
  }

  @Override
  public ParticleNetwork with(Parameters other) {
    DType type = other.flat().type();
    return new ParticleNetwork(
        architecture,
        particles,
        pooled,
        twoTimes,
        other,
        type == parameters.flat().type() ? constants : Constants.of(architecture, particles, type));
  }
}
