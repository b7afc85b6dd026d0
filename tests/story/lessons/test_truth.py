"""What the lessons compute is what an independent computation of the same thing finds."""

import bisect
import heapq
import math
import random
from collections.abc import Sequence
from fractions import Fraction

import networkx
import numpy as np
import pytest
from scipy.cluster.vq import kmeans2
from scipy.stats import mannwhitneyu

from vortex.story.lessons import (
    a_star,
    attention,
    backpropagation,
    bayes,
    binary_search,
    classification_metrics,
    dijkstra,
    floating_point,
    fourier,
    gradient_descent,
    graph_traversal,
    heap,
    k_means,
    neural_network,
    pythagoras,
    sorting,
    webs,
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


def graph_of(web: webs.Web, weights: dict[webs.Edge, int] | None = None) -> "networkx.Graph[int]":
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(len(web.labels)))
    for edge in web.edges:
        graph.add_edge(*edge, weight=weights[edge] if weights else 1)
    return graph


@pytest.mark.parametrize("seed", SEEDS)
def test_searches_visit_a_graph_as_networkx_does(seed: int) -> None:
    web = webs.draw(random.Random(seed), 12, 5)
    graph = graph_of(web)
    assert networkx.check_planarity(graph)[0]
    _, wide = graph_traversal.breadth_first(web)
    far = networkx.single_source_shortest_path_length(graph, 0)
    assert [len(graph_traversal.way(wide, node)) - 1 for node in wide] == [far[node] for node in wide]
    assert [far[node] for node in wide] == sorted(far.values())
    _, deep = graph_traversal.depth_first(web)
    order = networkx.dfs_preorder_nodes(
        graph, 0, sort_neighbors=lambda nodes: sorted(nodes, key=web.labels.__getitem__)
    )
    assert list(deep) == list(order)


@pytest.mark.parametrize("seed", SEEDS)
def test_dijkstra_finds_the_quickest_way(seed: int) -> None:
    web = webs.draw(random.Random(seed), 10, 8)
    chance = random.Random(seed)
    weights = {edge: chance.randint(1, 9) for edge in web.edges}
    graph, goal = graph_of(web, weights), len(web.labels) - 1
    choices, came = dijkstra.search(web, weights, goal)
    best = graph_traversal.way(came, goal)
    assert networkx.is_path(graph, best)
    assert dijkstra.length(best, weights) == networkx.dijkstra_path_length(graph, 0, goal)
    times = networkx.single_source_dijkstra_path_length(graph, 0)
    assert {choice.node: choice.time for choice in choices}.items() <= times.items()
    ways = dijkstra.every_way(web, goal)
    assert sorted(map(list, ways)) == sorted(networkx.all_simple_paths(graph, 0, goal))


@pytest.mark.parametrize("seed", SEEDS)
def test_sorts_sort_and_count_right(seed: int) -> None:
    values = random.Random(seed).sample(range(1000), 60)
    for sort in sorting.SORTS.values():
        last = list(sort(values))[-1]
        assert [values[cell] for cell in last.order] == sorted(values)
    greater = [sum(each > value for each in values[:place]) for place, value in enumerate(values)]
    looks = sum(count + (count < place) for place, count in enumerate(greater))
    assert sorting.count(values, sorting.insertion) == looks
    assert sorting.count(values, sorting.quick) == divided(values)
    levels = math.ceil(math.log2(len(values)))
    assert (
        len(values) * (levels - 1) / 2 <= sorting.count(values, sorting.merge) <= len(values) * levels - 2**levels + 1
    )


def divided(values: Sequence[int]) -> int:
    """Return the comparisons of a quicksort that is written in another way."""
    if len(values) < 2:
        return 0
    less = [value for value in values[:-1] if value < values[-1]]
    more = [value for value in values[:-1] if value > values[-1]]
    return len(values) - 1 + divided(less) + divided(more)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_heap_lies_as_heapq_lays_it(seed: int) -> None:
    values = tuple(random.Random(seed).sample(range(1000), 40))
    order: tuple[int, ...] = ()
    theirs: list[int] = []
    for number, value in enumerate(values):
        order = heap.push(values, order, number)[-1][1]
        heapq.heappush(theirs, value)
        assert [values[each] for each in order] == theirs
    while order:
        assert values[order[0]] == heapq.heappop(theirs)
        order = heap.pop(values, order)[-1][1]
        assert [values[each] for each in order] == theirs


@pytest.mark.parametrize("seed", SEEDS)
def test_binary_search_finds_what_bisect_finds(seed: int) -> None:
    values = sorted(random.Random(seed).sample(range(300), 100))
    for target in range(-1, 301):
        looks, place = binary_search.search(values, target)
        at = bisect.bisect_left(values, target)
        assert place == (at if at < len(values) and values[at] == target else -1)
        assert len(looks) <= len(values).bit_length()
    for count in range(1, 40):
        most = max(len(binary_search.search(range(count), target)[0]) for target in range(-1, count + 1))
        assert binary_search.longest(count) == most == count.bit_length()


@pytest.mark.parametrize("seed", SEEDS)
def test_k_means_ends_where_scipy_does(seed: int) -> None:
    run = k_means.KMeans().run(Trace(seed, {"points": 40, "clusters": 3}))
    centres, owners = kmeans2(np.array(run.points), np.array(run.start), iter=100, minit="matrix")
    assert np.array(run.rounds[-1].centres) == pytest.approx(centres)
    assert list(run.rounds[-1].owners) == list(owners)
    sums = [k_means.inertia(run.points, each.owners, each.centres) for each in run.rounds]
    assert sums == sorted(sums, reverse=True)
    assert sums[-1] == pytest.approx(((np.array(run.points) - centres[owners]) ** 2).sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_classifier_is_measured_as_by_definition(seed: int) -> None:
    run = classification_metrics.ClassificationMetrics().run(Trace(seed, {"patients": 60, "ill": 30}))
    scores, ill = np.array([*run.ill, *run.healthy]), np.array([True] * len(run.ill) + [False] * len(run.healthy))
    for each in run.curve:
        called = scores >= each.threshold
        found = (called & ill).sum()
        assert (each.hits, each.alarms) == (found, (called & ~ill).sum())
        assert each.recall == pytest.approx(found / ill.sum())
        assert each.f1 == pytest.approx(2 * found / (called.sum() + ill.sum()))
    share = classification_metrics.area(run.ill, run.healthy)
    wins = mannwhitneyu(run.ill, run.healthy).statistic
    assert share == pytest.approx(wins / (len(run.ill) * len(run.healthy)))
    assert share == pytest.approx(np.trapezoid([p.recall for p in run.curve], [p.false_alarms for p in run.curve]))


@pytest.mark.parametrize("seed", SEEDS)
def test_floats_are_stored_as_numpy_stores_them(seed: int) -> None:
    run = floating_point.FloatingPoint().run(Trace(seed, {"additions": 1000}))
    number = float(run.number["number"])
    assert int("".join(map(str, run.bits)), 2) == np.float16(number).view(np.uint16)
    assert float(run.number["stored"]) == float(np.float16(number))
    assert all(gap == np.spacing(np.float16(point)) for point, gap in run.gaps)
    part = Fraction(run.again["tenth"])
    bits = "".join(str(each.bit) for each in run.doublings)
    assert int(bits, 2) == math.floor(part * 2 ** len(bits))
    tenths = np.add.accumulate(np.full(1000, 0.1))
    assert [run.sums[f"sum{n}"] for n in range(3)] == [repr(float(tenths[count - 1])) for count in (10, 100, 1000)]
    total = np.float32(floating_point.LARGE)
    for _ in range(1000):
        total = np.float32(total + np.float32(1))
    assert run.order["large_first"] == f"{total:,.0f}"


@pytest.mark.parametrize("additions", [100, 1000, 10_000, 100_000])
def test_sums_of_tenths_drift_ever_farther(additions: int) -> None:
    sums = floating_point.FloatingPoint().run(Trace(1, {"additions": additions})).sums
    errors = [abs(Fraction(sums[f"sum{n}"]) - Fraction(int(sums[f"count{n}"].replace(",", "")), 10)) for n in range(3)]
    assert 0 < errors[0] < errors[1] < errors[2]
