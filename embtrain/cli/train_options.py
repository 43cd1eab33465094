"""Options of `train`, made from the fields of TrainConfig; other tools' names for them are hidden aliases."""

from typing import Annotated, Any, Literal, get_args, get_origin

import click
import msgspec

from embtrain.config import TrainConfig, check_names, read_recipe

#: Options that are not part of the configuration, and their aliases.
RUN_ALIASES = {"output": ("save-file", "model-file"), "tmp-dir": ("tmp_dir",)}
RUN_OPTIONS = ("output", "force", "context", "tmp-dir", "format", "field", "on-error", "progress", "quiet")


def _fields() -> list[tuple[msgspec.structs.FieldInfo, Any, msgspec.Meta]]:
    """Fields with their bare type and what the command line says of them."""
    found = []
    for field in msgspec.structs.fields(TrainConfig):
        choices = [kind for kind in (field.type, *get_args(field.type)) if get_origin(kind) is Annotated]
        kind, meta = get_args(choices[0])
        found.append((field, kind, meta))
    return found


def _click_type(kind: Any, meta: msgspec.Meta) -> click.ParamType:
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if kind is str:
        return click.STRING
    if kind is bool:
        return click.BOOL
    if kind is int:
        return click.IntRange(meta.ge, meta.le)
    return click.FloatRange(
        meta.ge if meta.gt is None else meta.gt, meta.le, min_open=meta.gt is not None
    )


def config_options() -> list[click.Option]:
    """One option for each field."""
    return [
        click.Option(
            [f"--{field.encode_name}/--no-{field.encode_name}" if kind is bool else f"--{field.encode_name}"],
            type=_click_type(kind, meta),
            default=None if field.default is msgspec.NODEFAULT else field.default,
            show_default=field.default is not None,
            help=meta.description,
        )
        for field, kind, meta in _fields()
    ]


def aliases() -> dict[str, str]:
    """Other tools' option names and ours."""
    names = {f"--{alias}": f"--{name}" for name, others in RUN_ALIASES.items() for alias in others}
    for field, _, meta in _fields():
        for alias in (meta.extra or {})["aliases"]:
            names[f"--{alias}"] = f"--{field.encode_name}"
    return names


class TrainCommand(click.Command):
    """Command that has an option for each field of TrainConfig and understands other tools' names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params[1:1] = config_options()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Replaces aliases, up to a '--' that ends the options."""
        known = aliases()
        end = args.index("--") if "--" in args else len(args)
        renamed = []
        for argument in args[:end]:
            name, equals, value = argument.partition("=")
            renamed.append(known.get(name, name) + equals + value)
        return super().parse_args(ctx, renamed + args[end:])


def load_recipe(ctx: click.Context, _parameter: click.Parameter, path: str | None) -> str | None:
    """Takes a recipe's options as defaults, so that the command line wins over them."""
    if path is not None:
        options = read_recipe(path)
        check_names(options, {*TrainConfig.__struct_encode_fields__, *RUN_OPTIONS}, path)
        ctx.default_map = {name.replace("-", "_"): value for name, value in options.items()}
    return path
