"""What a benchmark of one process reports: a figure beside its budget."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """A figure, the most it may be, and what it was measured on."""

    name: str
    figure: float
    unit: str
    budget: float
    on: str

    @property
    def kept(self) -> bool:
        return self.figure <= self.budget

    def __str__(self) -> str:
        verdict = "kept" if self.kept else "EXCEEDED"
        return f"{self.name}: {self.figure:.2f} {self.unit} ({self.on}); budget {self.budget:g} {self.unit}: {verdict}"


def percentile(samples: list[float], share: float) -> float:
    """Return the sample below which this share of all lies."""
    return sorted(samples)[min(int(share * len(samples)), len(samples) - 1)]


def milliseconds(work: Callable[[], object]) -> float:
    """Run once and return how long it took."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)
