"""Entry point: finds the command, and turns every way to end into a line on stderr and an exit code."""

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, cast

import click

from embtrain import __version__
from embtrain.cli.bugs import BUG, describe, last_words, logged, print_traceback, split_debug, watching
from embtrain.cli.interrupts import cause_of, ending, interrupts
from embtrain.cli.shell import completion
from embtrain.cli.shell.variables import is_on, name_variables, with_variables
from embtrain.cli.shortage import can_start, shortage
from embtrain.errors import EmbtrainError, Terminated
from embtrain.io.reporting.terminal import shield_terminals
from embtrain.option_names import on_command_line
from embtrain.wording import one_line

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Command name -> the module in embtrain.cli that holds `command`, and its help. A module is imported when
# its command is used, so that --help starts without numpy, torch or gensim.
COMMANDS = {
    "train": ("train.command", "Train word vectors from text."),
    "plan": ("train.plan", "Print what a training will take: vocabulary, memory, disk and time."),
    "tune": ("tune.command", "Find the options that suit a text, by measuring them."),
    "reproduce": ("train.reproduce", "Print the command that made a file of vectors."),
    "vocab": ("vocab.group", "Count words, add up counts, and see what they cover."),
    "cooccur": ("cooccur.group", "Count which words occur near each other."),
    "phrases": ("phrases.command", "Join words that belong together: new york becomes new_york."),
    "walks": ("walks.command", "Walk at random on a graph, to train vectors of its nodes."),
    "import": ("convert.import_", "Convert vectors of other tools to the shared format."),
    "export": ("convert.export", "Write vectors in another tool's format."),
    "convert": ("convert.convert", "Convert vectors between any formats."),
    "check": ("convert.check", "Report the format of a file of vectors and what is wrong with it."),
    "transform": (
        "transform.command",
        "Centre vectors, remove or keep principal directions, and scale them to unit length.",
    ),
    "neighbors": ("query.neighbors", "Print the nearest neighbours of words."),
    "analogy": ("query.analogy", "Complete analogies: a is to b as c is to what?"),
    "similarity": ("query.similarity", "Print the cosine of pairs of words."),
    "odd-one-out": ("query.odd_one_out", "Print the word of a group that fits least."),
    "vectors": ("query.vectors", "Print the vectors of words."),
    "sentence": ("query.sentence", "Print vectors of sentences."),
    "evaluate": (
        "evaluate.evaluate",
        "Score vectors on analogies, word similarity, categories and outliers.",
    ),
    "compare": ("evaluate.compare", "Report how two files of vectors differ."),
    "plot": ("plot.command", "Draw words in the plane, or training curves."),
    "completion": (
        "shell.completion",
        "Print the script that makes a shell complete command lines.",
    ),
    "info": ("info", "Show what a file of vectors holds, or what this installation can do."),
}

# Commands in which numpy multiplies matrices. For the others the threads of its library for that, which it
# starts when it is imported and which then wait busily for a while, only take the processor from ours.
_MULTIPLYING = {
    *(
        "train",
        "plan",
        "tune",
        "transform",
        "analogy",
        "odd-one-out",
        "sentence",
        "evaluate",
        "compare",
        "plot",
    ),
}

EPILOG = """\b
Examples:
  embtrain train corpus.txt -o vectors.safetensors
  zcat corpus.gz | embtrain train - -o - | embtrain export - --to word2vec -o vectors.bin
  embtrain neighbors vectors.safetensors king queen
\b
Variables stand for options: EMBTRAIN_TRAIN_DIM=300 for train --dim 300.
\b
Exit codes: 0 done, 1 nothing found, 2 usage, 3 bad input data,
4 out of memory or disk, 70 a bug in embtrain,
129/130/143 ended by SIGHUP (closed terminal), SIGINT (Ctrl-C), SIGTERM.
"""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OUT_OF_RESOURCE = {
    *_NO_ROOM,
    errno.ENOMEM,
    errno.EMFILE,
    errno.ENFILE,
    errno.EIO,
}


class LazyGroup(click.Group):
    """Group that lists its commands from COMMANDS and imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in _MULTIPLYING or not can_start(os.cpu_count() or 1):
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        module, _ = COMMANDS[cmd_name]
        command: click.Command = import_module(f"embtrain.cli.{module}").command
        name_variables(command, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        unknown = args and args[0] not in COMMANDS and not args[0].startswith("-")
        if unknown and not ctx.resilient_parsing:
            from difflib import get_close_matches

            from embtrain.option_aliases import OTHER_COMMANDS, squeeze

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(COMMANDS)}"
            if squeeze(args[0]) in OTHER_COMMANDS:
                hint = f"use `{OTHER_COMMANDS[squeeze(args[0])]}`"
            raise click.UsageError(f"no command is called '{args[0]}'; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Commands and options; click's own method imports every command for its help."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=said) for name, (_, said) in COMMANDS.items()]
        named = [item for item in found if item.value.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="embtrain")
# Of any place in the command line; `run` takes it out before the rest is understood.
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    help="Show Python's traceback when something fails; before or after COMMAND.",
)
def cli() -> None:
    """Train, convert and query word vectors."""


def _fail(message: str, code: int) -> int:
    """Prints one line on stderr and returns the exit code, even if stderr has been closed."""
    _say(f"error: {message}")
    return code


def _say(message: str) -> None:
    with suppress(OSError, ValueError):
        click.echo(f"embtrain: {one_line(on_command_line(message))}", err=True)


def _say_notes(error: BaseException) -> None:
    """Prints what an exception says besides its message, such as the command that goes on."""
    with suppress(OSError, ValueError):
        for note in getattr(error, "__notes__", ()):
            click.echo(on_command_line(note), err=True)


def _close_stdout() -> None:
    """Points stdout at /dev/null so that the interpreter's own flush at exit cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _os_error(error: OSError) -> int:
    # Errors of files name them. After a large block, the error does not come again when stdout is flushed.
    is_of_stdout = error.errno in _NO_ROOM or _is_of_stdout(error)
    where = f"{error.filename}: " if error.filename else "stdout: " if is_of_stdout else ""
    if error.errno in _OUT_OF_RESOURCE:
        return _fail(f"{where}{shortage(error) or error.strerror}", 4)
    return _fail(f"{where}{error.strerror or error}", 2)


def _is_of_stdout(error: OSError) -> bool:
    """Whether lines that are still to be written to stdout fail in the same way."""
    try:
        sys.stdout.flush()
    except OSError as again:
        return again.errno == error.errno
    except ValueError:
        pass
    return False


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code; whatever fails is said in one line on stderr."""
    arguments, debug = split_debug(arguments)
    debug = debug or is_on("DEBUG")
    with watching(_say, debug) as lost:
        try:
            code = _run(arguments, debug)
        except BaseException as error:
            code = _bug(error, debug)
    # The command does not notice an error in a thread that it does not wait for.
    return _bug(lost[0], False) if lost and code in (0, BUG) else code


def _run(arguments: list[str], debug: bool) -> int:
    context: click.Context | None = None
    try:
        if completion.VARIABLE in os.environ:
            completion.respond(cli, os.environ[completion.VARIABLE])
        else:
            # Not cli.main(), which answers Ctrl-C with an empty line and a closed pipe with exit code 1.
            context = cli.make_context("embtrain", arguments)
            with context, logged(_say):
                cli.invoke(context)
        sys.stdout.flush()
        return 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.format_message(), err=True)
        return 2
    except BrokenPipeError:
        # The reader of our lines has seen enough: a normal end. Commands that write binary data raise
        # ResourceError.
        _close_stdout()
        return 0
    except (KeyboardInterrupt, Terminated, click.Abort) as end:
        code = _fail(*ending(end))
        _say_notes(end)
        return code
    except (EmbtrainError, click.ClickException, OSError, MemoryError) as error:
        # A command line that was mistyped needs none.
        if debug and not isinstance(error, click.ClickException):
            print_traceback(error)
        # What clean-up after a signal could not do (a closed terminal cannot be written to) is no news.
        if (cause := cause_of(error) or interrupts.pending) is not None:
            code = _fail(*ending(cause))
        else:
            code = _report(error, arguments, context)
        _say_notes(error)
        return code


def _bug(error: BaseException, debug: bool) -> int:
    """Reports an unexpected error, also one that is raised while another is being reported."""
    try:
        if (cause := cause_of(error) or interrupts.pending) is not None:
            return _fail(*ending(cause))
        if debug:
            print_traceback(error)
        if (lacking := shortage(error)) is not None:
            return _fail(lacking, 4)
        return _fail(*describe(error))
    except BaseException as another:
        return last_words(another)


def _report(
    error: EmbtrainError | click.ClickException | OSError | MemoryError,
    arguments: list[str],
    context: click.Context | None,
) -> int:
    if isinstance(error, EmbtrainError):
        message = on_command_line(error)
        return _fail(with_variables(message, context) if error.exit_code == 2 else message, error.exit_code)
    if (
        isinstance(error, click.MissingParameter)
        and isinstance(error.param, click.Option)
        and error.param.name == "output"
    ):
        return _fail(f"{error.format_message().rstrip('.')}: give -o FILE, where the result goes", 2)
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else _command_path(arguments)
        message = with_variables(error.format_message(), context)
        return _fail(f"{message} (try '{command} --help')", 2)
    if isinstance(error, click.ClickException):
        return _fail(error.format_message(), 2)
    if isinstance(error, OSError):
        code = _os_error(error)
        if error.filename is None:
            _close_stdout()
        return code
    return _fail(shortage(error) or "out of memory", 4)


def _command_path(arguments: list[str]) -> str:
    """The names of the commands that a command line begins with; click forgets them in some of its errors."""
    path, command = "embtrain", cast(click.Command, cli)
    for name in arguments:
        found = (
            command.get_command(click.Context(command), name) if isinstance(command, click.Group) else None
        )
        if found is None:
            break
        path, command = f"{path} {name}", found
    return path


def main() -> None:
    """Runs the command line of this process and exits."""
    try:
        interrupts.install()
        _open_missing_streams()
        shield_terminals()
        code = run(sys.argv[1:])
        interrupts.end()
    except (KeyboardInterrupt, Terminated) as end:
        interrupts.end()
        code = _fail(*ending(end))
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    # A background import of torch may still be running; waiting for it would delay the exit by seconds.
    os._exit(code)


def _open_missing_streams() -> None:
    """Fills in for a closed stdin (empty), stdout (cannot be written to) or stderr (goes nowhere).

    Otherwise the next file opened would get the number of the missing one, and with it what is meant for it.
    """
    streams = (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    for descriptor, (name, mode, flags) in enumerate(streams):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, flags)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115 - open to the end
