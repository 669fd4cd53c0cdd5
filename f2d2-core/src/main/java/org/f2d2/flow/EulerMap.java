package org.f2d2.flow;

import java.util.List;
import org.f2d2.net.Query;
import org.f2d2.tensor.Tensor;

/**
 * Steps of Euler's method as jumps: u(x,s,t) = v(x,s), the diagonal of a map. It trusts nothing
 * that the map says of jumps.
 *
 * @param map whose diagonal it is
 */
public record EulerMap(JointFlowMap map) implements JointFlowMap {

  @Override
  public int dimensions() {
    return map.dimensions();
  }

  @Override
  public int conditions() {
    return map.conditions();
  }

  @Override
  public boolean hasDivergence() {
    return map.hasDivergence();
  }

  @Override
  public Tensor rate(Tensor x, Tensor s, Tensor t) {
    return map.rate(x, s, s);
  }

  @Override
  public List<Query.Answer> answer(List<Query> queries) {
    return map.answer(
        queries.stream()
            .map(q -> new Query(q.x(), q.s(), q.s(), q.direction(), q.gradients()))
            .toList());
  }
}
