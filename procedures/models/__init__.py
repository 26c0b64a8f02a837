"""The tables of administrative procedures."""

from procedures.models.calendar import CalendarDay
from procedures.models.catalogue import LevelChange, Offering, Procedure, ProcedureVersion
from procedures.models.document import Attachment, Paper, SupplementRequest
from procedures.models.dossier import (
    ONLINE_CHANNELS,
    Channel,
    Dossier,
    DossierEvent,
    DueChange,
    NumberCounter,
    Pause,
    Submission,
)
from procedures.models.feedback import Feedback
from procedures.models.message import Message

__all__ = [
    "ONLINE_CHANNELS",
    "Attachment",
    "CalendarDay",
    "Channel",
    "Dossier",
    "DossierEvent",
    "DueChange",
    "Feedback",
    "LevelChange",
    "Message",
    "NumberCounter",
    "Offering",
    "Paper",
    "Pause",
    "Procedure",
    "ProcedureVersion",
    "Submission",
    "SupplementRequest",
]
