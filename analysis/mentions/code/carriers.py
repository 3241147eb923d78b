"""Functions and classes that only carry values along: what they are given comes out again."""

from __future__ import annotations

# what gives its first argument back, or as good as that
PASSING = frozenset(
    {
        "str",
        "Path",
        "PosixPath",
        "PurePath",
        "list",
        "tuple",
        "set",
        "sorted",
        "reversed",
        "deepcopy",
        "copy",
        "expanduser",
    }
    | {"abspath", "realpath", "normpath", "unique", "iter", "next", "tqdm", "trange", "track", "int", "float", "bool"}
    | {"field", "Field", "model_download", "dataset_download", "snapshot_download", "hf_hub_download", "cached_path"}
    | {"partial", "asyncio.run", "jit", "no_grad", "remote", "compile_fn", "OmegaConf", "Variable"}
)
TABLES = frozenset(
    {"dict", "SimpleNamespace", "Namespace", "Box", "AttrDict", "EasyDict", "edict", "ConfigDict", "Munch", "Dict"}
    | {"OrderedDict", "OmegaConf.create", "addict.Dict", "Config", "HParams", "defaultdict", "DotDict", "dotdict"}
)
CARRIERS = frozenset(name.rpartition(".")[2] for name in PASSING | TABLES) - {
    "run",
    "int",
    "float",
    "bool",
    "next",
    "iter",
}
