package org.f2d2.objective;

import org.f2d2.tensor.Tensor;

/**
 * For tests: which nodes of which trajectories a batch was made of, found again from its points and
 * times, which are those of the nodes bit for bit.
 *
 * @param from node number of each row
 * @param to node number of each row
 * @param end points at {@code to} [n, d]
 * @param divergence accumulated from {@code from} to {@code to} [n, 1]
 * @param endVelocity velocities at {@code to} [n, d]
 */
record NodePairs(int[] from, int[] to, Tensor end, Tensor divergence, Tensor endVelocity) {

  static NodePairs find(Trajectories all, Students.Query q) {
    int n = (int) q.x().size(0);
    int d = all.columns().all();
    int nodes = (int) all.nodes();
    double[] x = q.x().toDoubles();
    double[] s = q.s().toDoubles();
    double[] t = q.t().toDoubles();
    double[] points = all.points().toDoubles();
    double[] times = all.times().toDoubles();
    double[] divergences = all.divergences().toDoubles();
    double[] velocities = all.velocities().toDoubles();
    int[] from = new int[n];
    int[] to = new int[n];
    double[] end = new double[n * d];
    double[] divergence = new double[n];
    double[] endVelocity = new double[n * d];
    for (int r = 0; r < n; r++) {
      int i = 0;
      while (points[i * d] != x[r * d] || times[i] != s[r]) {
        i++;
      }
      int first = i - i % nodes;
      int j = first;
      while (times[j] != t[r]) {
        j++;
      }
      from[r] = i - first;
      to[r] = j - first;
      divergence[r] = divergences[j] - divergences[i];
      System.arraycopy(points, j * d, end, r * d, d);
      System.arraycopy(velocities, j * d, endVelocity, r * d, d);
    }
    return new NodePairs(
        from, to, Tensor.of(end, n, d), Tensor.of(divergence, n, 1), Tensor.of(endVelocity, n, d));
  }
}
