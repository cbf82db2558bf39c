"""The words after `up` and `test`, read alike before and after the environment exists."""

from __future__ import annotations

import argparse


def add_up_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="监听的地址，默认 127.0.0.1（只供本机）"
    )
    parser.add_argument("--port", type=port_number, default=8000, help="监听的端口，默认 8000")
    parser.add_argument("--empty", action="store_true", help="空站点：不建演示城市，只设一名管理员")
    parser.add_argument(
        "--no-demo", action="store_true", help="既不建演示城市，也不设管理员（恢复备份前用）"
    )
    parser.add_argument(
        "--no-system", action="store_true", help="不安装系统软件包，只说明缺什么、如何安装"
    )


def read_up(words: list[str]) -> argparse.Namespace:
    """Return what `up` was asked for; words that only Django knows (`--settings`) stay its own."""
    parser = argparse.ArgumentParser(prog="manage.py up", add_help=False)
    add_up_arguments(parser)
    return parser.parse_known_args(words)[0]


def take_no_system(words: list[str]) -> tuple[bool, list[str]]:
    """Return whether `--no-system` was said, and the words without it: the rest is pytest's."""
    return _take("--no-system", words)


def take_fast(words: list[str]) -> tuple[bool, list[str]]:
    """Return whether `test` was asked for `--fast`, and the words without it."""
    return _take("--fast", words)


def _take(flag: str, words: list[str]) -> tuple[bool, list[str]]:
    return flag in words, [word for word in words if word != flag]


def port_number(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"端口应为 1 至 65535 之间的数，现为 {text!r}")
