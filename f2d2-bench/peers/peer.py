"""Answers the questions of `f2d2 bench` about one peer, one line of JSON each.

Usage: peer.py eager|compile|jax

Each request is a line on standard input with a key "do"; each answer is a line on standard output.
Times are seconds of the work alone, after it has been compiled and run once.
"""

import json
import os
import sys

THREADS = os.cpu_count()

# Read by the numerical libraries when they load.
os.environ["OMP_NUM_THREADS"] = str(THREADS)
os.environ["MKL_NUM_THREADS"] = str(THREADS)


def backend(name):
    if name == "jax":
        import jax_backend

        return jax_backend.Jax()
    import torch_backend

    return torch_backend.Torch(compiled=name == "compile", threads=THREADS)


def main():
    # Libraries may print; only answers belong on standard output.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = backend(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(peer, request.pop("do"))(**request)
        except Exception as error:  # the bench shows it and goes on with the other peers
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
