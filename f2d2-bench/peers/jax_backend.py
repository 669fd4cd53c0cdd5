"""The same network, losses and densities in JAX, compiled by jit."""

import math
import time

import jax
import jax.numpy as jnp
from jax.experimental.ode import odeint
from safetensors.numpy import load_file, save_file

DIAGONAL_SHARE = 0.25


def times(t, frequencies):
    phase = t * frequencies
    return jnp.concatenate([t, jnp.sin(phase), jnp.cos(phase)], 1)


def network(p, x, s, t, depth, harmonics):
    """The residual perceptron of org.f2d2.net.Mlp without Fourier features of the point."""
    frequencies = jnp.arange(1, harmonics + 1) * (math.pi / 2)
    h = (
        x @ p["point.weight"].T
        + times(s, frequencies) @ p["source_time.weight"].T
        + p["point.bias"]
    )
    if t is not None:
        h = h + times(t, frequencies) @ p["target_time.weight"].T
    h = jax.nn.silu(h)
    for layer in range(1, depth):
        h = h + jax.nn.silu(h @ p[f"hidden.{layer}.weight"].T + p[f"hidden.{layer}.bias"])
    return h @ p["output.weight"].T + p["output.bias"]


def scale(t):
    return jnp.sqrt((1 - t) ** 2 + t**2)


def artanh_ratio(y):
    """artanh(y)/y by its series; |y| stays below 0.18 between times 0 and 1."""
    q = y * y
    return 1 + q / 3 + q**2 / 5 + q**3 / 7 + q**4 / 9 + q**5 / 11 + q**6 / 13 + q**7 / 15


def joint_error(error, d):
    return (error[:, :d] ** 2).sum(1).mean() + ((error[:, d:] / d) ** 2).mean()


def lsd_loss(model, d, data):
    """LSD-F2D2 without a teacher; the first half of the rows is diagonal."""
    x0, x1, s, t, probe = (data[k] for k in ("x0", "x1", "s", "t", "probe"))
    half = (x0.shape[0] + 1) // 2
    x = (1 - s) * x0 + s * x1
    w = x1 - x0
    xd, sd = x[:half], s[:half]
    _, tangent = jax.jvp(lambda y: model(y, sd, sd)[:, :d], (xd,), (probe[:half],))
    trace = (tangent * probe[:half]).sum(1, keepdims=True)
    target = jax.lax.stop_gradient(jnp.concatenate([w[:half], trace], 1))
    loss = joint_error(model(xd, sd, sd) - target, d)
    xo, so, to = x[half:], s[half:], t[half:]
    rate, change = jax.jvp(lambda r: model(xo, so, r), (to,), (jnp.ones_like(to),))
    step = to - so
    end = jax.lax.stop_gradient(xo + step * rate[:, :d])
    right = jax.lax.stop_gradient(model(end, to, to))
    u = rate[:, :d] + step * change[:, :d]
    divergence = rate[:, d:] + step * jax.lax.stop_gradient(change[:, d:])
    return 0.5 * (loss + joint_error(jnp.concatenate([u, divergence], 1) - right, d))


def meanflow_loss(model, d, data):
    """MeanFlow-F2D2 without a teacher; rows below the diagonal share have t = s."""
    x0, x1, s, t, probe = (data[k] for k in ("x0", "x1", "s", "t", "probe"))
    x = (1 - s) * x0 + s * x1
    w = x1 - x0
    _, tangent = jax.jvp(lambda y: model(y, s, s)[:, :d], (x,), (probe,))
    source = jnp.concatenate([w, (tangent * probe).sum(1, keepdims=True)], 1)
    rate, along = jax.jvp(lambda y, r: model(y, r, t), (x, s), (w, jnp.ones_like(s)))
    target = jax.lax.stop_gradient(source + (t - s) * along)
    return joint_error(rate - target, d)


LOSSES = {"lsd-f2d2": lsd_loss, "meanflow-f2d2": meanflow_loss}


class Jax:
    def version(self):
        return {"version": jax.__version__}

    def load(self, weights, dimensions, outputs, width, depth, harmonics):
        d = dimensions
        self.dimensions = d
        self.parameters = {k: jnp.asarray(v) for k, v in load_file(weights).items()}
        self.densities = {}
        self.step = None

        def rate(p, x, s, t):
            learned = network(p, x, s, t, depth, harmonics)
            cs, ct = scale(s), scale(t)
            q = 2 * (s + t - 1)
            u = learned[:, :d] + q / ((cs + ct) * cs) * x
            slope = q / (cs + ct) ** 2
            divergence = 2 * d * slope * artanh_ratio(slope * (t - s)) + d * learned[:, d:]
            return jnp.concatenate([u, divergence], 1)

        self.rate = rate
        return {"parameters": sum(v.size for v in self.parameters.values())}

    def densities_of(self, k):
        d = self.dimensions

        def log_density(p, x):
            total = jnp.zeros((x.shape[0], 1))
            for i in range(k, 0, -1):
                s = jnp.full_like(total, i / k)
                t = jnp.full_like(total, (i - 1) / k)
                rate = self.rate(p, x, s, t)
                total = total - rate[:, d:] / k
                x = x - rate[:, :d] / k
            prior = -0.5 * (x**2).sum(1, keepdims=True) - 0.5 * d * math.log(2 * math.pi)
            return prior + total

        if k not in self.densities:
            self.densities[k] = jax.jit(log_density)
        return self.densities[k]

    def density(self, rows, k, output):
        """Log-densities of all rows, written to a file."""
        x = jnp.asarray(load_file(rows)["rows"])
        values = self.densities_of(k)(self.parameters, x)
        save_file({"log_density": jax.device_get(values)}, output)
        return {}

    def load_teacher(self, weights, dimensions, width, depth, harmonics):
        """org.f2d2.flow.NetworkVelocity over one Gaussian."""
        p = {k: jnp.asarray(v) for k, v in load_file(weights).items()}

        def velocity(x, t):
            factor = (2 * t - 1) / (t**2 + (1 - t) ** 2)
            return factor * x + network(p, x, t, None, depth, harmonics)

        def joint(x, t):
            """The velocity and its divergence by the exact trace."""
            along = lambda e: jax.jvp(lambda y: velocity(y, t), (x,), (jnp.broadcast_to(e, x.shape),))
            values, tangents = jax.vmap(along)(jnp.eye(dimensions))
            return values[0], jnp.einsum("ini->n", tangents)[:, None]

        def log_density(x, tolerance):
            def field(state, r):
                t = jnp.full((x.shape[0], 1), 1 - r)
                v, divergence = joint(state[0], t)
                return -v, -divergence

            start = (x, jnp.zeros((x.shape[0], 1)))
            points, total = odeint(
                field, start, jnp.array([0.0, 1.0]), rtol=tolerance, atol=tolerance
            )
            z = points[-1]
            prior = -0.5 * (z**2).sum(1) - 0.5 * dimensions * math.log(2 * math.pi)
            return prior + total[-1][:, 0]

        self.exact_density = jax.jit(log_density, static_argnums=1)
        return {"parameters": sum(v.size for v in p.values())}

    def exact(self, rows, tolerance, output, repeat):
        """Seconds of exact log-densities by the adaptive solver, and the values in a file."""
        x = jnp.asarray(load_file(rows)["rows"])
        solve = lambda: self.exact_density(x, tolerance).block_until_ready()
        save_file({"log_density": jax.device_get(solve())}, output)
        return {"seconds": timed(solve, repeat)}

    def score(self, rows, k, repeat):
        """Seconds of scoring all rows at once."""
        x = jnp.asarray(load_file(rows)["rows"])
        f = self.densities_of(k)
        for _ in range(3):
            f(self.parameters, x).block_until_ready()
        return {"seconds": timed(lambda: f(self.parameters, x).block_until_ready(), repeat)}

    def loss_of(self, method):
        def loss(p, data):
            model = lambda x, s, t: self.rate(p, x, s, t)
            return LOSSES[method](model, self.dimensions, data)

        return loss

    def loss(self, method, batch, output):
        """Loss and gradient of a given batch, the gradient written to a file."""
        data = {k: jnp.asarray(v) for k, v in load_file(batch).items()}
        value, gradient = jax.jit(jax.value_and_grad(self.loss_of(method)))(self.parameters, data)
        save_file({k: jax.device_get(v) for k, v in gradient.items()}, output)
        return {"loss": float(value)}

    def train(self, method, rows, batch, repeat):
        """Seconds of whole training steps: draw, loss, gradient, clip, AdamW, average."""
        if self.step is None or self.step[0] != (method, batch):
            self.step = ((method, batch), self.stepper(method, rows, batch))
            for _ in range(3):
                self.step[1]()
        return {"seconds": timed(self.step[1], repeat)}

    def stepper(self, method, rows, batch):
        rows = jnp.asarray(load_file(rows)["rows"])
        d = self.dimensions
        loss = self.loss_of(method)
        zeros = jax.tree.map(jnp.zeros_like, self.parameters)
        copy = jax.tree.map(jnp.array, self.parameters)
        state = {"p": copy, "m": zeros, "q": jax.tree.map(jnp.array, zeros)}
        state["average"] = jax.tree.map(jnp.array, self.parameters)
        state["n"] = jnp.zeros(())
        state["key"] = jax.random.key(0)

        def draw(key):
            keys = jax.random.split(key, 6)
            s = jax.random.uniform(keys[0], (batch, 1))
            t = jax.random.uniform(keys[1], (batch, 1))
            if method == "meanflow-f2d2":
                t = jnp.where(jax.random.uniform(keys[2], (batch, 1)) < DIAGONAL_SHARE, s, t)
            return {
                "x0": jax.random.normal(keys[3], (batch, d)),
                "x1": rows[jax.random.randint(keys[4], (batch,), 0, rows.shape[0])],
                "s": s,
                "t": t,
                "probe": jax.random.normal(keys[5], (batch, d)),
            }

        def step(state):
            key, now = jax.random.split(state["key"])
            value, g = jax.value_and_grad(loss)(state["p"], draw(now))
            norm = jnp.sqrt(sum((v**2).sum() for v in jax.tree.leaves(g)))
            factor = jnp.minimum(1.0, 10.0 / norm)
            n = state["n"] + 1
            m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * factor * b, state["m"], g)
            q = jax.tree.map(lambda a, b: 0.99 * a + 0.01 * (factor * b) ** 2, state["q"], g)
            move = lambda p, a, b: p - 1e-4 * (a / (1 - 0.9**n)) / (
                jnp.sqrt(b / (1 - 0.99**n)) + 1e-8
            )
            p = jax.tree.map(move, state["p"], m, q)
            average = jax.tree.map(lambda a, b: a + 1e-3 * (b - a), state["average"], p)
            return {"p": p, "m": m, "q": q, "average": average, "n": n, "key": key}, value

        compiled = jax.jit(step, donate_argnums=0)
        box = [state]

        def once():
            box[0], value = compiled(box[0])
            value.block_until_ready()

        return once


def timed(f, repeat):
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        f()
        seconds.append(time.perf_counter() - start)
    return seconds
