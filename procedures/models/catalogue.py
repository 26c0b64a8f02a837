from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.schema.definition import Definition, parse

# The longest name in the national list has 1,094 characters.
NAME_LENGTH = 1200


class NationalDefinition(models.Model):
    """What a ministry published for the whole country: no authority's own, read by all, written by the platform alone."""

    code = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    # The ministry and its decision, as a person reads it.
    issued_by = models.CharField(max_length=300)
    published_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "number"], name="national_once")]

    def __str__(self) -> str:
        return f"{self.code} n{self.number}"


class Procedure(TenantOwned):
    """An administrative procedure of an authority, by its national code."""

    code = models.CharField(max_length=30)
    current = models.ForeignKey("procedures.ProcedureVersion", null=True, on_delete=models.PROTECT, related_name="+")
    # Kept from the current version, for lists and search without opening the definition.
    name = models.CharField(max_length=NAME_LENGTH)
    name_en = models.CharField(max_length=NAME_LENGTH, blank=True)
    sector = models.CharField(max_length=80)
    sector_name = models.CharField(max_length=200)
    sector_name_en = models.CharField(max_length=200, blank=True)
    # Code, name and keywords, folded (no diacritics, y for i), with bars between them; see actions/finding.py.
    search = models.TextField(blank=True)
    # Its place in the order of the alphabet, by bytes.
    ordered = models.CharField(max_length=200, blank=True, db_collation="C")
    ordered_en = models.CharField(max_length=200, blank=True, db_collation="C")
    # The offices that offer it, dissolved ones too, kept by a trigger (triggers.py): counts by office join nothing.
    offices = ArrayField(models.BigIntegerField(), default=list)
    life_events = models.JSONField(default=list)
    audience = models.JSONField(default=list)
    # The lowest level among the offices that offer it, and the newer scheme beside it; derived, see actions/catalogue.py.
    level = models.PositiveSmallIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "code"], name="procedure_code_once")]
        indexes: ClassVar = [
            # Without the name: the longest would not fit into a row of a B-tree (2,704 bytes).
            models.Index(fields=["tenant", "sector"], name="procedure_sector"),
            models.Index(fields=["tenant", "ordered", "id"], name="procedure_ordered"),
            models.Index(fields=["tenant", "ordered_en", "id"], name="procedure_ordered_en"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    @property
    def sector_title(self) -> str:
        return self.sector_name_en if get_language() == "en" and self.sector_name_en else self.sector_name


class OpenDossiers(models.TextChoices):
    """What a new version means for what was begun or filed under an older one."""

    KEEP = "keep", _("Giữ theo phiên bản cũ")
    MOVE = "move", _("Chuyển sang phiên bản mới")


class ProcedureVersion(TenantOwned):
    """Everything that a procedure is; frozen when published. A dossier keeps the version that it was filed under."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # The moment from which it holds, and when it took effect; both empty where it held from its publication.
    effective_from = models.DateTimeField(null=True)
    took_effect_at = models.DateTimeField(null=True)
    # No longer received, or a scheduled one that never came into force; and why, in words for the public.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)
    open_dossiers = models.CharField(max_length=4, choices=OpenDossiers.choices, default=OpenDossiers.KEEP)
    # The national definition that it follows, and the version of ours that it brings back.
    national = models.ForeignKey(NationalDefinition, null=True, on_delete=models.PROTECT, related_name="+")
    restores = models.PositiveIntegerField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "procedure", "number"], name="version_once")]
        indexes: ClassVar = [
            # What waits for its day: asked for every minute in every tenant, and nearly always empty.
            models.Index(
                fields=["tenant", "effective_from"],
                condition=models.Q(effective_from__isnull=False, took_effect_at=None, withdrawn_at=None),
                name="version_scheduled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"

    @property
    def is_scheduled(self) -> bool:
        """Published for a day to come."""
        return self.effective_from is not None and self.took_effect_at is None and self.withdrawn_at is None

    @cached_property
    def parsed(self) -> Definition:
        """A version never changes, so each process reads it once, and a row that is fetched without it is enough."""
        found = _kept.get(self.pk)
        if found is None:
            if len(_kept) > 500:
                _kept.clear()
            found = _kept[self.pk] = parse(self.definition)
        return found


_kept: dict[int, Definition] = {}


class VersionDraft(TenantOwned):
    """The next version while it is written: may be faulty, is shared by the administrators, one for each procedure."""

    code = models.CharField(max_length=30)
    procedure = models.ForeignKey(Procedure, null=True, on_delete=models.PROTECT, related_name="drafts")
    base = models.ForeignKey(ProcedureVersion, null=True, on_delete=models.PROTECT, related_name="+")
    national = models.ForeignKey(NationalDefinition, null=True, on_delete=models.PROTECT, related_name="+")
    definition = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "code"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.code} draft {self.revision}"

    @property
    def title(self) -> str:
        """Its name as far as it has one."""
        name = self.definition.get("name")
        told = name if isinstance(name, dict) else {}
        wanted = (told.get("en") if get_language() == "en" else "") or told.get("vi")
        return str(wanted or self.code)


class Offering(TenantOwned):
    """A procedure at an office: what is open there, and the level that follows from it."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="offerings")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="offerings")
    online_open = models.BooleanField(_("nhận hồ sơ trực tuyến"), default=False)
    blank_forms = models.BooleanField(_("có mẫu đơn để tải"), default=True)
    pays_online = models.BooleanField(_("thu phí, lệ phí trực tuyến"), default=True)
    returns_online = models.BooleanField(_("trả kết quả trực tuyến"), default=True)
    # Derived (DESIGN.md "The four levels"), with the reason for not reaching the next one.
    level = models.PositiveSmallIntegerField(default=1)
    lacks = models.CharField(max_length=40, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "procedure", "office"], name="offering_once")
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} @ {self.office_id}"


class LevelChange(TenantOwned):
    """From when an offering was at a level: figures use the level that held when the dossier came in."""

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="changes")
    level = models.PositiveSmallIntegerField()
    since = models.DateTimeField(default=now)
    lacks = models.CharField(max_length=40, blank=True)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["-since"]

    def __str__(self) -> str:
        return f"{self.offering_id}: {self.level}"
