"""`footnote reindex`: a collection rebuilt from its stored text, with other models."""

import argparse
import time
from dataclasses import asdict

from ingest.command import waiting
from ingest.progress import progress
from qa.command import printing, signals
from qa.command.options import WRITING, add_settings, settings_from
from qa.command.parser import Commands
from ui.commands.by_name import check_index


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("reindex", help="rebuild a collection from its stored text, with other models")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    add_settings(parser, WRITING)


def run(arguments: argparse.Namespace) -> int:
    """Rebuild, print the report, and return the exit status."""
    from ingest.reindex import reindex

    settings = settings_from(arguments)
    check_index(settings)
    with progress(quiet=arguments.quiet) as (say, on_progress):
        say("the old collection answers until the new one is ready")
        report = signals.run(reindex(settings, on_wait=lambda holder: say(waiting(holder)), on_progress=on_progress))
    report.elapsed_s = time.monotonic() - arguments.started
    if arguments.json:
        printing.say_json({**asdict(report), "elapsed_s": round(report.elapsed_s, 2)})
    else:
        was = "was" if report.unchanged == 1 else "were"
        before = f", {report.unchanged:,} {was} rebuilt before" if report.unchanged else ""
        work = f"{printing.counted(report.chunks_embedded, 'chunk')} embedded, {report.elapsed_s:.1f} s"
        rebuilt = printing.counted(report.added + report.updated, "document")
        printing.say(f"{rebuilt} rebuilt{before}: {work}")
    return 0
