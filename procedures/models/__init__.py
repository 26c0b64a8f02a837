"""The tables of administrative procedures."""

from procedures.models.book import Book
from procedures.models.calendar import CalendarChange, CalendarDay, OfficeHours
from procedures.models.catalogue import (
    LevelChange,
    NationalDefinition,
    Offering,
    OpenDossiers,
    Procedure,
    ProcedureVersion,
    VersionDraft,
)
from procedures.models.clock import Alarm, Apology, Extension
from procedures.models.desk import (
    Appointment,
    CounterIntake,
    GivenPaper,
    PaperList,
    PaperListItem,
    Reception,
    Ticket,
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
from procedures.models.hands import Absence, AssignmentRule, Opinion, Turn, WorkTransfer
from procedures.models.joint import Agreement, Crossing, JointFiling, JointPart, Package, PartDossier
from procedures.models.message import Message
from procedures.models.processing import (
    AnswerRound,
    InternalNote,
    Letter,
    PaperFault,
    RegistryWord,
    SupplementProposal,
    ThreadSeen,
    Verdict,
)
from procedures.models.result import Consignment, FollowUp, HandOver, Renewal, Signing, SigningBatch, SigningItem
from procedures.models.worklist import BulkItem, BulkJob, DossierLook, DossierWord, FirstView, ListFile, SavedView

__all__ = [
    "ONLINE_CHANNELS",
    "Absence",
    "Agreement",
    "Alarm",
    "AnswerRound",
    "Apology",
    "Appointment",
    "AssignmentRule",
    "Attachment",
    "Book",
    "BulkItem",
    "BulkJob",
    "CalendarChange",
    "CalendarDay",
    "Channel",
    "Consignment",
    "CounterIntake",
    "Crossing",
    "Dossier",
    "DossierEvent",
    "DossierLook",
    "DossierWord",
    "DueChange",
    "Extension",
    "Feedback",
    "FirstView",
    "FollowUp",
    "GivenPaper",
    "HandOver",
    "InternalNote",
    "JointFiling",
    "JointPart",
    "Letter",
    "LevelChange",
    "ListFile",
    "Message",
    "NationalDefinition",
    "NumberCounter",
    "Offering",
    "OfficeHours",
    "OpenDossiers",
    "Opinion",
    "Package",
    "Paper",
    "PaperFault",
    "PaperList",
    "PaperListItem",
    "PartDossier",
    "Pause",
    "Procedure",
    "ProcedureVersion",
    "Reception",
    "RegistryWord",
    "Renewal",
    "SavedView",
    "SearchWord",
    "Signing",
    "SigningBatch",
    "SigningItem",
    "Submission",
    "SupplementProposal",
    "SupplementRequest",
    "ThreadSeen",
    "Ticket",
    "Turn",
    "Verdict",
    "VersionDraft",
    "WorkTransfer",
]
