import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gongjian.launch import arguments
from gongjian.launch.occupied import (
    SiteLock,
    already_running,
    explain_busy,
    refuse_busy_address,
)
from gongjian.launch.speech import Refusal

ROOT = Path(__file__).parent.parent.parent
HOLD = """
import sys, pathlib
from gongjian.launch.occupied import SiteLock
with SiteLock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def another_site(tmp_path):
    """A process that runs a site on `tmp_path`."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"held\n"
    yield holder
    holder.kill()
    holder.communicate()


def test_a_second_site_on_one_folder_is_refused_by_name(another_site, tmp_path):
    with (
        pytest.raises(Refusal, match=f"已在运行（进程 {another_site.pid}") as refused,
        SiteLock(tmp_path),
    ):
        pass
    assert refused.value.line == f"kill {another_site.pid}"


def test_a_killed_site_leaves_no_lock_behind(another_site, tmp_path):
    another_site.kill()
    another_site.wait()
    with SiteLock(tmp_path):
        assert (tmp_path / "up.lock").read_text() == str(os.getpid())


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="不能写入数据目录"), SiteLock(tmp_path / "file" / "data"):
        pass


def test_a_taken_port_is_refused_with_the_next_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=f"端口 {port} 已被别的程序占用") as refused:
            refuse_busy_address("127.0.0.1", port)
    assert refused.value.line == f"python3 manage.py up --port {port + 1}"
    refuse_busy_address("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "sentence"), [("192.0.2.1", "不是本机的地址"), ("no such host", "不认识的地址")]
)
def test_an_address_that_is_not_ours_is_refused(host, sentence):
    with pytest.raises(Refusal, match=sentence):
        refuse_busy_address(host, 8000)


def test_up_leaves_words_of_django_alone():
    asked = arguments.read_up(["--port", "8100", "--empty", "--settings", "elsewhere", "-v", "2"])
    assert (asked.port, asked.empty, asked.host) == (8100, True, "127.0.0.1")


@pytest.mark.parametrize("port", ["0", "65536", "八千", "-1"])
def test_a_port_must_be_a_port(port, capsys):
    with pytest.raises(SystemExit):
        arguments.read_up([f"--port={port}"])
    assert "端口应为 1 至 65535 之间的数" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "没有权限使用端口 80（1024 以下的端口只有 root 能用）"),
        (errno.EADDRNOTAVAIL, "192.0.2.1 不是本机的地址"),
        (errno.EIO, "不能在 192.0.2.1:80 提供服务：Input/output error。"),
    ],
)
def test_each_reason_has_a_sentence_of_its_own(number, sentence):
    refusal = explain_busy(OSError(number, os.strerror(number)), "192.0.2.1", 80)
    assert sentence in refusal.sentence


def test_a_lock_that_names_nobody_leads_to_the_doctor(tmp_path):
    refusal = already_running("", tmp_path)
    assert "进程 未知" in refusal.sentence
    assert refusal.line == "python3 manage.py doctor"
