"""--member of the commands that read files of vectors."""

import click

member_option = click.option(
    "--member", metavar="NAME", help="File of an archive (zip, tar) to read, if it has several."
)
