"""What the lessons compute is what an independent computation of the same thing finds."""

import math
import random

import networkx
import numpy as np
import pytest

from vortex.story.lessons import (
    a_star,
    attention,
    backpropagation,
    bayes,
    fourier,
    gradient_descent,
    neural_network,
    pythagoras,
)
from vortex.story.lessons import linear_transformation as linear
from vortex.story.lessons.trace import Trace

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_star_finds_a_shortest_path(seed: int) -> None:
    run = a_star.AStar().run(Trace(seed, {"rows": 8, "columns": 12, "walls": 30}))
    field = networkx.grid_2d_graph(run.rows, run.columns)
    field.remove_nodes_from(run.walls)
    assert len(run.path) - 1 == networkx.shortest_path_length(field, run.start, run.goal)
    assert networkx.is_path(field, run.path)
    assert int(run.blind["expanded"]) >= int(run.result["expanded"])


@pytest.mark.parametrize("seed", SEEDS)
def test_gradient_descent_ends_where_least_squares_does(seed: int) -> None:
    run = gradient_descent.GradientDescent().run(Trace(seed, {"points": 8, "rate": 25}))
    x, y = np.array(run.points).T
    (exact,), *_ = np.linalg.lstsq(x[:, None], y, rcond=None)
    assert run.best_weight == pytest.approx(exact)
    assert run.steps[-1].weight == pytest.approx(exact, abs=0.05)
    losses = [step.loss for step in run.hasty]
    assert losses == sorted(losses)
    for step in run.steps:
        numeric = (run.loss(step.weight + 1e-6) - run.loss(step.weight - 1e-6)) / 2e-6
        assert step.slope == pytest.approx(numeric, abs=0.006)


@pytest.mark.parametrize("seed", SEEDS)
def test_backpropagation_finds_the_slopes_that_nudges_find(seed: int) -> None:
    chance = random.Random(seed)
    net = backpropagation.Net(
        tuple((chance.uniform(0.1, 1), chance.uniform(-0.2, 1)) for _ in range(3)),
        tuple(chance.uniform(-1, 1) for _ in range(3)),
    )
    inputs, target = (1.0, 2.0), 3.0
    grads = backpropagation.backward(net, inputs, backpropagation.forward(net, inputs, target), target)
    for n in range(3):
        ends = []
        for side in (-1e-6, 1e-6):
            out = [w + side * (place == n) for place, w in enumerate(net.out)]
            ends.append(backpropagation.forward(backpropagation.Net(net.hidden, tuple(out)), inputs, target).error)
        assert grads.out[n] == pytest.approx((ends[1] - ends[0]) / 2e-6, abs=1e-6)
        ends = []
        for side in (-1e-6, 1e-6):
            hidden = [(a + side * (place == n), b) for place, (a, b) in enumerate(net.hidden)]
            ends.append(backpropagation.forward(backpropagation.Net(tuple(hidden), net.out), inputs, target).error)
        assert grads.hidden[n][0] == pytest.approx((ends[1] - ends[0]) / 2e-6, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_attention_is_the_matrix_formula(seed: int) -> None:
    run = attention.Attention().run(Trace(seed, {"blur": 3}))
    for context in (run.first, run.other):
        keys = np.array([each.vector for each in context.words])
        scores = keys @ keys[-1] / math.sqrt(2)
        shares = np.exp(scores) / np.exp(scores).sum()
        assert [each.weight for each in context.words] == pytest.approx(shares, abs=0.01)
        assert context.after == pytest.approx(shares @ keys, abs=0.02)


@pytest.mark.parametrize(("ill", "found", "false"), [(0.01, 0.9, 0.09), (0.05, 0.99, 0.01), (0.005, 0.6, 0.18)])
def test_bayes_agrees_with_the_odds_form(ill: float, found: float, false: float) -> None:
    odds = ill / (1 - ill)
    for posterior in bayes.posteriors(ill, found, false, 3):
        odds *= found / false
        assert posterior == pytest.approx(odds / (1 + odds))
    reported, right = bayes.draw(Trace(1, {}), ill, found, false)
    assert right / reported == pytest.approx(bayes.posteriors(ill, found, false, 1)[0], abs=0.02)


def test_fourier_finds_the_known_heights() -> None:
    run = fourier.Fourier().run(Trace(7, {"sines": 8, "height": 1}))
    assert [each.height for each in run.harmonics] == pytest.approx(
        [4 / (math.pi * each.number) for each in run.harmonics], rel=1e-3
    )
    assert run.even["height"] == "0"
    assert float(run.gibbs["percent"]) == pytest.approx(8.95, abs=0.4)


@pytest.mark.parametrize("seed", SEEDS)
def test_linear_maps_are_numpys(seed: int) -> None:
    run = linear.LinearTransformation().run(Trace(seed, {"shear": 2, "stretch": 3}))
    matrix = np.array(run.matrix)
    assert (float(run.image["x2"]), float(run.image["y2"])) == tuple(matrix @ run.point)
    assert linear.determinant(run.matrix) == pytest.approx(np.linalg.det(matrix))
    assert (np.array(run.after) == np.array(linear.TURN) @ matrix).all()
    assert np.linalg.matrix_rank(np.array(run.flat)) == 1


def test_pythagorean_triples_are_right_and_primitive() -> None:
    found = pythagoras.triples(12)
    assert all(a * a + b * b == c * c and math.gcd(a, b) == 1 for _, _, a, b, c in found)
    assert len({(a, b) for _, _, a, b, _ in found}) == 12


@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_solves_what_no_line_can(seed: int) -> None:
    run = neural_network.NeuralNetwork().run(Trace(seed, {"hidden": 3}))
    assert int(run.alone["right"]) <= 3
    hidden = np.array(run.net.hidden)
    for (x, y), wanted in zip(neural_network.INPUTS, neural_network.WANTED, strict=True):
        values = np.tanh(hidden @ [x, y, 1])
        answer = 1 / (1 + np.exp(-(np.array(run.net.out) @ [*values, 1])))
        assert answer == pytest.approx(wanted, abs=0.16)
