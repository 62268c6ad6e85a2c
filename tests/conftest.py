"""What every test shares: the specs as data, the project's own lexicon, and one night's run for all who look at it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.extraction.lexicon import Lexicon
from pipelines.seeds import PROJECT_ROOT, load_lexicon

SPECS = Path(__file__).parent / "specs"
BRIEFS = Path(sys.executable).parent / "briefs"

#: A small inbox with something of everything: both file forms, a byte order mark, CRLF, and what must be refused.
INBOX = {
    "2026-02-08-evening.txt": "\ufeff#半導體\r\n台積電先進封裝再擴產\r\n"
    "台積電目前CoWoS月產能7萬片,預計2026年底提升至13萬片。法人預估台積電第三季營收季增8%。(工商時報)\r\n"
    "鏡頭廠接單\r\n大立光供應蘋果潛望鏡頭,第一季出貨量年增三成。(中央社)\r\n這個標題沒有內文\r\n",
    "2026-02-07-battery.jsonl": "\n".join(
        [
            json.dumps(
                {
                    "title": "電池廠宣布擴產",
                    "text": "寧德時代計劃2027年鈉電池年產能達30GWh。特斯拉向LG新能源採購儲能電池。",
                    "published": "2026-02-07",
                    "source": "財聯社",
                },
                ensure_ascii=False,
            ),
            '{"title": "斷行的一則", "text": ',
            json.dumps(
                {"title": "記憶體報價", "text": "DRAM合約價第一季季增30%。", "published": "2026-02-06"}
            ),
        ]
    ),
    "notes.docx": "not a kind that is read",
}
NEW, REFUSED = 4, 3


def read_spec(name: str) -> list[dict]:
    """The cases of tests/specs/<name>.jsonl."""
    return [
        json.loads(line) for line in (SPECS / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()
    ]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


def environment(**variables: str) -> dict[str, str]:
    """A newcomer's environment: nothing of Dagster's or of ours is set but what a test asks for."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DAGSTER_", "BRIEFS_", "DBT_"))}
    return {**kept, "PYTHONPATH": str(PROJECT_ROOT), **variables}


def briefs(
    *arguments: object, given: str | bytes = "", cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs the `briefs` command as a person does."""
    content = given.encode() if isinstance(given, str) else given
    done = subprocess.run(
        [str(BRIEFS), *map(str, arguments)],
        input=content,
        capture_output=True,
        env=environment(**variables),
        cwd=cwd,
        timeout=600,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


@dataclass(frozen=True, slots=True)
class Night:
    """A nightly run that has ended: where it read and wrote, and what it said. Nobody writes in its folders."""

    inbox: Path
    folder: Path
    done: subprocess.CompletedProcess[str]

    def copied(self, to: Path) -> Night:
        """The same state in a folder of one's own."""
        shutil.copytree(self.inbox, to / "inbox")
        shutil.copytree(self.folder, to / "warehouse", symlinks=True)
        return Night(to / "inbox", to / "warehouse", self.done)

    def again(self) -> subprocess.CompletedProcess[str]:
        """One more run on the same folders."""
        return briefs("nightly", "--inbox", self.inbox, "--warehouse", self.folder)


def write_inbox(folder: Path) -> Path:
    """The small inbox, in a folder."""
    folder.mkdir(parents=True)
    for name, text in INBOX.items():
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The first night of a new warehouse."""
    home = tmp_path_factory.mktemp("night")
    inbox, folder = write_inbox(home / "inbox"), home / "warehouse"
    return Night(inbox, folder, briefs("nightly", "--inbox", inbox, "--warehouse", folder))
