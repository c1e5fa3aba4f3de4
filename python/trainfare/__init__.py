"""What a training run costs, and how long it takes, on which chip.

    import trainfare
    trainfare.compare("trn2.48xlarge", "p5.48xlarge", job="llama-3.1-8b-1t", deadline="30 d")

This module starts the program that was installed with it and reads its JSON."""
import json
import os
import subprocess
import sys

_program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "trainfare")


class Refused(Exception):
    """The program did not answer; the text says why, and what would have worked."""


def run(*arguments):
    """Calls the program as a shell would, and returns what it wrote.

    What it only remarks goes to standard error. Status 1 is an answer too: that nothing asked for runs."""
    done = subprocess.run([_program, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8")
    if done.returncode not in (0, 1) or not done.stdout:
        raise Refused(done.stderr.strip() or f"trainfare ended with status {done.returncode}")
    sys.stderr.write(done.stderr)
    return done.stdout


def _spelled(options):
    """`deadline="30 d"` is `--deadline '30 d'`; a list repeats the option, `set={"a.b": 1}` is `--set a.b=1`, True is a flag."""
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if isinstance(value, dict):
            value = [f"{key}={one}" for key, one in value.items()]
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                yield option
            elif one is not None and one is not False:
                yield f"{option}={one}"


def rows(command, *arguments, **options):
    """The rows of any command that writes JSON, as dicts with the columns of docs/Output.md; unknown is None."""
    return json.loads(run(command, *arguments, *_spelled(options), "--format=json"))["rows"]


def compare(*types, job=None, **options):
    """One training job on several instance types: a row for each, the cheapest first.

    Types are as for `trainfare compare --on`, without any those of the job. Options are those of the command, with _ for -.
    The rows are a pandas.DataFrame; where pandas is not installed, a list of dicts."""
    named = ["--on=" + ",".join(types)] if types else []
    found = rows("compare", *([job] if job else []), *named, **options)
    try:
        import pandas
    except ImportError:
        return found
    return pandas.DataFrame(found)


def main():
    """The command `trainfare` of an environment: the program takes this one's place."""
    os.execv(_program, ["trainfare", *sys.argv[1:]])
