"""The tables of administrative procedures."""

from procedures.models.calendar import CalendarDay
from procedures.models.catalogue import (
    LevelChange,
    NationalDefinition,
    Offering,
    OpenDossiers,
    Procedure,
    ProcedureVersion,
    VersionDraft,
)
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
from procedures.models.finding import SearchWord
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
    "NationalDefinition",
    "NumberCounter",
    "Offering",
    "OpenDossiers",
    "Paper",
    "Pause",
    "Procedure",
    "ProcedureVersion",
    "SearchWord",
    "Submission",
    "SupplementRequest",
    "VersionDraft",
]
