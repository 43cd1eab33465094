"""Options of `embtrain walks`."""

from embtrain.cli.option_groups import all_of, grouped
from embtrain.cli.run_options import progress_option, threads_option
from embtrain.cli.shell.completed import FILE
from embtrain.cli.values import ValueType
from embtrain.values import Allowed

_graph, _walks, _run = map(grouped, ("Graph", "Walks", "Run"))
#: Beyond these, a walk goes back or away always or never, as far as anyone could tell.
_PARAMETER = ValueType(Allowed(float, low=1e-6, high=1e6))

graph_options = all_of(
    _graph(
        "--directed/--undirected",
        default=False,
        show_default=True,
        help="An edge leads from its source to its target only, or both ways.",
    ),
    _graph(
        "--weighted/--unweighted",
        default=None,
        help="A third column is the weight of the edge, or nothing [default: the weight where there is one].",
    ),
    _graph(
        "--delimiter", metavar="CHAR", help="Between columns: , or ; or \\t ... [default: tabs or spaces]."
    ),
)

walk_options = all_of(
    _walks(
        "--num-walks",
        type=ValueType(Allowed(int, low=1, high=2**31)),
        metavar="N",
        default=10,
        show_default=True,
        help="Walks from each node.",
    ),
    _walks(
        "--walk-length",
        type=ValueType(Allowed(int, low=1, high=2**20)),
        metavar="N",
        default=80,
        show_default=True,
        help="Nodes of a walk.",
    ),
    _walks(
        *("-p", "--p"),
        type=_PARAMETER,
        metavar="X",
        default=1.0,
        show_default=True,
        help="Return parameter of node2vec: above 1, walks seldom go back.",
    ),
    _walks(
        *("-q", "--q"),
        type=_PARAMETER,
        metavar="X",
        default=1.0,
        show_default=True,
        help="In-out parameter of node2vec: above 1, walks stay near; below 1, they go far.",
    ),
    _walks(
        "--seed",
        type=ValueType(Allowed(int, low=-(2**63), high=2**63 - 1)),
        metavar="N",
        default=1,
        show_default=True,
        help="Seed of all random draws.",
    ),
)

run_options = all_of(
    _run("-o", "--output", metavar="FILE", type=FILE, default="-", help="Walks to write [default: stdout]."),
    _run("--force", is_flag=True, help="Replace an existing output."),
    threads_option(_run),
    progress_option(_run),
    # Without its short name, which is node2vec's parameter here.
    _run("--quiet", is_flag=True, help="Say nothing but warnings."),
)

#: Names that node2vec, pecanpy and others give to options, squeezed.
ALIASES = {
    "numberofwalks": "--num-walks",
    "numberwalks": "--num-walks",
    "walkspernode": "--num-walks",
    "walknumber": "--num-walks",
    "walklen": "--walk-length",
    "randomstate": "--seed",
    "workers": "--threads",
    "returnparam": "--p",
    "inoutparam": "--q",
}
#: Their options that have no equivalent here, and what to do instead.
_TRAINS = "the vectors are trained by `embtrain train`"
ANSWERS = {
    "input": "name the list of edges without an option",
    "mode": "leave it out: one way to walk is fast for all graphs, and needs memory for the edges only",
    "task": "leave it out: pipe the walks to `embtrain train -`",
    "extend": "leave it out: the walks are node2vec's, not node2vec+'s",
    "gamma": "leave it out: the walks are node2vec's, not node2vec+'s",
    "implicitids": "leave it out: names are any text without white space",
    "verbose": "give --progress to say how much is shown, or --quiet",
    "dimensions": f"give --dim to `embtrain train`: {_TRAINS}",
    "windowsize": f"give --window to `embtrain train`: {_TRAINS}",
    "iter": f"give --epochs to `embtrain train`: {_TRAINS}",
    "epochs": f"give --epochs to `embtrain train`: {_TRAINS}",
}
