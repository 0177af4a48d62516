"""RunState: everything that is known of a run, folded from its records.

Pure: no I/O, no clock; time comes in with the records. The same fold serves the live screen, the
reports, replay and recovery.
"""

from lftui.run_state.arrivals import arrivals_in, arrivals_of, rate_here
from lftui.run_state.failures import ErrorGroup, ScriptError
from lftui.run_state.guarded import GuardFacts
from lftui.run_state.health import HealthFacts
from lftui.run_state.parts import (
    ClassRow,
    Row,
    Span,
    Step,
)
from lftui.run_state.phases import PHASES, Phase, phase_figures
from lftui.run_state.readings import Readings, ReadingsBin
from lftui.run_state.searched import Found, SearchFacts, Trial
from lftui.run_state.state import RunState
from lftui.run_state.target import TargetFacts, silent_sources
from lftui.run_state.views import (
    Entry,
    arrivals_over,
    duration_s,
    endpoint_entries,
    endpoint_phases,
    entry_of,
    recent_entries,
    recent_span,
)
from lftui.run_state.workers import WorkerFacts

__all__ = [
    "PHASES",
    "ClassRow",
    "Entry",
    "ErrorGroup",
    "ScriptError",
    "Found",
    "GuardFacts",
    "HealthFacts",
    "Readings",
    "ReadingsBin",
    "Phase",
    "Row",
    "RunState",
    "SearchFacts",
    "Span",
    "Step",
    "TargetFacts",
    "Trial",
    "WorkerFacts",
    "arrivals_in",
    "arrivals_of",
    "arrivals_over",
    "duration_s",
    "endpoint_entries",
    "endpoint_phases",
    "entry_of",
    "phase_figures",
    "rate_here",
    "recent_entries",
    "recent_span",
    "silent_sources",
]
