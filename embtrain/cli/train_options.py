"""Options of `train`, made from the fields of TrainConfig; other tools' names for them are hidden aliases."""

from typing import Annotated, Any, Literal, get_args, get_origin

import click
import msgspec

from embtrain.config import TrainConfig, check_names, make_config, read_recipe

#: Options that are not part of the configuration, and their aliases.
RUN_ALIASES = {"output": ("save-file", "model-file"), "vocab": ("read-vocab",)}
RUN_OPTIONS = (
    *("output", "vocab", "force", "context", "tmp-dir"),
    *("format", "field", "on-error", "progress", "quiet"),
)


def _fields() -> list[tuple[msgspec.structs.FieldInfo, Any, msgspec.Meta]]:
    """Fields with their bare type and what the command line says of them."""
    found = []
    for field in msgspec.structs.fields(TrainConfig):
        choices = [kind for kind in (field.type, *get_args(field.type)) if get_origin(kind) is Annotated]
        kind, meta = get_args(choices[0])
        found.append((field, kind, meta))
    return found


def _click_type(kind: Any, meta: msgspec.Meta) -> "click.ParamType[Any]":
    if get_origin(kind) is Literal:
        return click.Choice(get_args(kind))
    if kind in {str, bool}:
        return click.STRING if kind is str else click.BOOL
    low, high = meta.ge if meta.gt is None else meta.gt, meta.le
    if kind is int:
        return click.IntRange(None if low is None else int(low), None if high is None else int(high))
    return click.FloatRange(low, high, min_open=meta.gt is not None)


class ConfigOption(click.Option):
    """Option of a field. Its help leaves out limits: the error names them where one is met."""

    def __init__(self, field: msgspec.structs.FieldInfo, kind: Any, meta: msgspec.Meta) -> None:
        super().__init__(
            [f"--{field.encode_name}/--no-{field.encode_name}" if kind is bool else f"--{field.encode_name}"],
            type=_click_type(kind, meta),
            metavar={int: "N", float: "X", str: "NAME"}.get(kind),
            default=None if field.default is msgspec.NODEFAULT else field.default,
            show_default=True,
            help=meta.description,
        )
        self._default_in_words = (meta.extra or {})["default"]

    def get_help_extra(self, ctx: click.Context) -> Any:
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        if self._default_in_words is not None:
            extra["default"] = self._default_in_words
        return extra


def config_options() -> list[click.Parameter]:
    """One option for each field."""
    return [ConfigOption(field, kind, meta) for field, kind, meta in _fields()]


def aliases() -> dict[str, str]:
    """Other tools' option names and ours."""
    names = {f"--{alias}": f"--{name}" for name, others in RUN_ALIASES.items() for alias in others}
    for field, _, meta in _fields():
        for alias in (meta.extra or {})["aliases"]:
            names[f"--{alias}"] = f"--{field.encode_name}"
    return names


class AliasCommand(click.Command):
    """Command that understands other tools' names for its options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Replaces aliases, and _ by - in names, up to a '--' that ends the options."""
        own = {name for parameter in self.params for name in parameter.opts}
        known = {alias: name for alias, name in aliases().items() if name in own}
        end = args.index("--") if "--" in args else len(args)
        renamed = []
        for argument in args[:end]:
            name, equals, value = argument.partition("=")
            if name.startswith("--"):
                name = name.replace("_", "-")
            renamed.append(known.get(name, name) + equals + value)
        return super().parse_args(ctx, renamed + args[end:])


class TrainCommand(AliasCommand):
    """Command that has an option for each field of TrainConfig."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # After CORPUS and --output.
        self.params[2:2] = config_options()


def load_recipe(ctx: click.Context, _parameter: click.Parameter, path: str | None) -> str | None:
    """Takes a recipe's options as defaults, so that the command line wins over them."""
    if path is not None:
        options = read_recipe(path)
        fields = TrainConfig.__struct_encode_fields__
        check_names(options, {*fields, *RUN_OPTIONS}, path)
        # Checked here, not as text by the command line: 100.5 for a whole number must be an error that names
        # the file.
        make_config({name: value for name, value in options.items() if name in fields}, path)
        ctx.default_map = {name.replace("-", "_"): value for name, value in options.items()}
    return path
