"""The same network, losses and densities in PyTorch, eager or compiled."""

import math
import time

import torch
from safetensors.torch import load_file, save_file
from torch.func import jvp


class Mlp(torch.nn.Module):
    """The residual perceptron of org.f2d2.net.Mlp without Fourier features of the point."""

    def __init__(self, dimensions, outputs, width, depth, harmonics, two_times=True):
        super().__init__()
        size = 1 + 2 * harmonics
        self.depth = depth
        self.register_buffer("frequencies", torch.arange(1, harmonics + 1) * (math.pi / 2))
        self.point = torch.nn.Linear(dimensions, width)
        self.source_time = torch.nn.Linear(size, width, bias=False)
        if two_times:
            self.target_time = torch.nn.Linear(size, width, bias=False)
        self.hidden = torch.nn.ModuleList(torch.nn.Linear(width, width) for _ in range(depth - 1))
        self.output = torch.nn.Linear(width, outputs)

    def times(self, t):
        phase = t * self.frequencies
        return torch.cat([t, phase.sin(), phase.cos()], 1)

    def forward(self, x, s, t=None):
        h = self.point(x) + self.source_time(self.times(s))
        if t is not None:
            h = h + self.target_time(self.times(t))
        h = torch.nn.functional.silu(h)
        for layer in self.hidden:
            h = h + torch.nn.functional.silu(layer(h))
        return self.output(h)

    def load(self, tensors):
        state = {"frequencies": self.frequencies}
        for name, value in tensors.items():
            parts = name.split(".")
            if parts[0] == "hidden":
                parts[1] = str(int(parts[1]) - 1)
            state[".".join(parts)] = value
        self.load_state_dict(state)


def scale(t):
    return ((1 - t) ** 2 + t**2).sqrt()


def artanh_ratio(y):
    """artanh(y)/y by its series; |y| stays below 0.18 between times 0 and 1."""
    q = y * y
    return 1 + q / 3 + q**2 / 5 + q**3 / 7 + q**4 / 9 + q**5 / 11 + q**6 / 13 + q**7 / 15


class Velocity(torch.nn.Module):
    """org.f2d2.flow.NetworkVelocity over one Gaussian, and its divergence by the exact trace."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x, t):
        factor = (2 * t - 1) / (t**2 + (1 - t) ** 2)
        return factor * x + self.network(x, t)

    def joint(self, x, t):
        basis = torch.eye(x.shape[1])

        def along(direction):
            return jvp(lambda y: self(y, t), (x,), (direction.expand_as(x),))

        values, tangents = torch.vmap(along, out_dims=(0, 0))(basis)
        return values[0], torch.einsum("ini->n", tangents)[:, None]


class FlowMap(torch.nn.Module):
    """org.f2d2.flow.NetworkFlowMap: the flow of a standard normal law plus a network."""

    def __init__(self, network, dimensions):
        super().__init__()
        self.network = network
        self.dimensions = dimensions

    def forward(self, x, s, t):
        d = self.dimensions
        learned = self.network(x, s, t)
        cs, ct = scale(s), scale(t)
        q = 2 * (s + t - 1)
        u = learned[:, :d] + q / ((cs + ct) * cs) * x
        slope = q / (cs + ct) ** 2
        divergence = 2 * d * slope * artanh_ratio(slope * (t - s)) + d * learned[:, d:]
        return torch.cat([u, divergence], 1)


def joint_error(error, d):
    return error[:, :d].square().sum(1).mean() + (error[:, d:] / d).square().mean()


def lsd_loss(model, data):
    """LSD-F2D2 without a teacher; the first half of the rows is diagonal."""
    d = model.dimensions
    x0, x1, s, t, probe = (data[k] for k in ("x0", "x1", "s", "t", "probe"))
    half = (x0.shape[0] + 1) // 2
    x = (1 - s) * x0 + s * x1
    w = x1 - x0
    xd, sd = x[:half], s[:half]
    with torch.no_grad():
        _, tangent = jvp(lambda y: model(y, sd, sd)[:, :d], (xd,), (probe[:half],))
        trace = (tangent * probe[:half]).sum(1, keepdim=True)
        target = torch.cat([w[:half], trace], 1)
    loss = joint_error(model(xd, sd, sd) - target, d)
    xo, so, to = x[half:], s[half:], t[half:]
    rate, change = jvp(lambda r: model(xo, so, r), (to,), (torch.ones_like(to),))
    step = to - so
    with torch.no_grad():
        end = xo + step * rate[:, :d]
        right = model(end, to, to)
    u = rate[:, :d] + step * change[:, :d]
    divergence = rate[:, d:] + step * change[:, d:].detach()
    return 0.5 * (loss + joint_error(torch.cat([u, divergence], 1) - right, d))


def meanflow_loss(model, data):
    """MeanFlow-F2D2 without a teacher; rows below the diagonal share have t = s."""
    d = model.dimensions
    x0, x1, s, t, probe = (data[k] for k in ("x0", "x1", "s", "t", "probe"))
    x = (1 - s) * x0 + s * x1
    w = x1 - x0
    with torch.no_grad():
        _, tangent = jvp(lambda y: model(y, s, s)[:, :d], (x,), (probe,))
        source = torch.cat([w, (tangent * probe).sum(1, keepdim=True)], 1)
    rate, along = jvp(lambda y, r: model(y, r, t), (x, s), (w, torch.ones_like(s)))
    target = source + (t - s) * along.detach()
    return joint_error(rate - target, d)


LOSSES = {"lsd-f2d2": lsd_loss, "meanflow-f2d2": meanflow_loss}
DIAGONAL_SHARE = 0.25


def draw(rows, batch, method, generator=None):
    d = rows.shape[1]
    s = torch.rand(batch, 1)
    t = torch.rand(batch, 1)
    if method == "meanflow-f2d2":
        t = torch.where(torch.rand(batch, 1) < DIAGONAL_SHARE, s, t)
    return {
        "x0": torch.randn(batch, d),
        "x1": rows[torch.randint(rows.shape[0], (batch,))],
        "s": s,
        "t": t,
        "probe": torch.randn(batch, d),
    }


def log_density(model, x, k):
    d = model.dimensions
    total = torch.zeros(x.shape[0], 1)
    for i in range(k, 0, -1):
        s = torch.full_like(total, i / k)
        t = torch.full_like(total, (i - 1) / k)
        rate = model(x, s, t)
        total = total - rate[:, d:] / k
        x = x - rate[:, :d] / k
    prior = -0.5 * x.square().sum(1, keepdim=True) - 0.5 * d * math.log(2 * math.pi)
    return prior + total


class Torch:
    def __init__(self, compiled, threads):
        torch.set_num_threads(threads)
        self.wrap = (lambda f: torch.compile(f, dynamic=False)) if compiled else (lambda f: f)

    def version(self):
        return {"version": torch.__version__}

    def load(self, weights, dimensions, outputs, width, depth, harmonics):
        torch._dynamo.reset()
        network = Mlp(dimensions, outputs, width, depth, harmonics)
        network.load(load_file(weights))
        self.model = FlowMap(network, dimensions)
        self.densities = {}
        self.step = None
        return {"parameters": sum(p.numel() for p in network.parameters())}

    def density(self, rows, k, output):
        """Log-densities of all rows, written to a file."""
        with torch.inference_mode():
            x = load_file(rows)["rows"]
            save_file({"log_density": self.densities_of(k)(x).contiguous()}, output)
        return {}

    def densities_of(self, k):
        if k not in self.densities:
            self.densities[k] = self.wrap(lambda x: log_density(self.model, x, k))
        return self.densities[k]

    def load_teacher(self, weights, dimensions, width, depth, harmonics):
        network = Mlp(dimensions, dimensions, width, depth, harmonics, two_times=False)
        network.load(load_file(weights))
        self.joint = self.wrap(Velocity(network).joint)
        return {"parameters": sum(p.numel() for p in network.parameters())}

    def exact(self, rows, tolerance, output, repeat):
        """Seconds of exact log-densities by the adaptive solver, and the values in a file."""
        from torchdiffeq import odeint

        x = load_file(rows)["rows"]

        def solve():
            with torch.no_grad():
                start = (x, torch.zeros(x.shape[0], 1))
                times = torch.tensor([1.0, 0.0])
                field = lambda t, state: self.joint(state[0], t.expand(x.shape[0], 1))
                points, total = odeint(
                    field, start, times, method="dopri5", rtol=tolerance, atol=tolerance
                )
                z = points[-1]
                prior = -0.5 * z.square().sum(1) - 0.5 * z.shape[1] * math.log(2 * math.pi)
                return prior + total[-1][:, 0]

        save_file({"log_density": solve()}, output)
        return {"seconds": timed(solve, repeat)}

    def score(self, rows, k, repeat):
        """Seconds of scoring all rows at once."""
        with torch.inference_mode():
            x = load_file(rows)["rows"]
            f = self.densities_of(k)
            for _ in range(3):
                f(x)
            return {"seconds": timed(lambda: f(x), repeat)}

    def loss(self, method, batch, output):
        """Loss and gradient of a given batch, the gradient written to a file."""
        data = load_file(batch)
        self.model.zero_grad()
        loss = self.wrap(LOSSES[method])(self.model, data)
        loss.backward()
        gradient = {n: p.grad.contiguous() for n, p in self.model.network.named_parameters()}
        save_file(gradient, output)
        return {"loss": loss.item()}

    def train(self, method, rows, batch, repeat):
        """Seconds of whole training steps: draw, loss, gradient, clip, AdamW, average."""
        if self.step is None or self.step[0] != (method, batch):
            self.step = ((method, batch), self.stepper(method, load_file(rows)["rows"], batch))
            for _ in range(3):
                self.step[1]()
        return {"seconds": timed(self.step[1], repeat)}

    def stepper(self, method, rows, batch):
        parameters = list(self.model.network.parameters())
        average = [p.detach().clone() for p in parameters]
        optimizer = torch.optim.AdamW(
            parameters, lr=1e-4, betas=(0.9, 0.99), weight_decay=0, fused=True
        )
        loss = self.wrap(LOSSES[method])

        def step():
            optimizer.zero_grad()
            loss(self.model, draw(rows, batch, method)).backward()
            torch.nn.utils.clip_grad_norm_(parameters, 10.0)
            optimizer.step()
            with torch.no_grad():
                torch._foreach_lerp_(average, parameters, 1e-3)

        return step


def timed(f, repeat):
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        f()
        seconds.append(time.perf_counter() - start)
    return seconds
