"""A cashier who saves customers one after the other, timing each save, until standard input ends.

`python -m tests.bench.cashier BOOK LOG`: LOG becomes a JSON list of [monotonic time, seconds the save took].
"""

from __future__ import annotations

import json
import select
import sys
import time
from pathlib import Path
from random import Random

from store import customers
from store.database import open_book

_PAUSE = 0.02


def main(path: Path, log: Path) -> None:
    """Save until told to stop."""
    book, rng, saves = open_book(path, recover=False), Random(3), []
    most = book.rows("SELECT max(id) FROM customer")[0][0]
    while not select.select([sys.stdin], [], [], _PAUSE)[0]:
        customer = customers.get(book, rng.randint(1, most))
        began = time.monotonic()
        customers.update(
            book, customer.id, {"gate_code": str(rng.randint(1000, 9999))}, customer.version, base=customer
        )
        saves.append((began, time.monotonic() - began))
    book.close()
    log.write_text(json.dumps(saves))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
