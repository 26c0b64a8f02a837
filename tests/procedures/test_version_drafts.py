"""The draft of the next version: parts changed by several administrators, each told of the other, nothing lost."""

import pytest

from portal.actions import NotPossible
from portal.models import AuditEntry, Office, User
from portal.tenancy import inside
from procedures.actions import drafting
from procedures.models import VersionDraft
from procedures.queries import versions
from procedures.schema import parts
from tests.cast import Cast
from tests.forms import offered, text

NAME, PAPER = "name", "papers.request"


def seen(draft: VersionDraft, address: str) -> str:
    return parts.fingerprint(parts.find(draft.definition, address))


@pytest.fixture
def draft(office: Office, en: User) -> VersionDraft:
    offered(office)
    return drafting.begin("1.999001", en)


def test_a_draft_begins_as_what_is_published_and_is_one_for_all(draft: VersionDraft, en: User, chi: User) -> None:
    assert draft.base is not None and draft.definition == draft.base.definition
    assert drafting.begin("1.999001", chi).pk == draft.pk
    with pytest.raises(NotPossible):
        drafting.begin("9.999999", en)


def test_two_parts_changed_by_two_are_both_kept(draft: VersionDraft, en: User, chi: User) -> None:
    one, other = (versions.draft_of("1.999001") for _ in "12")
    assert one and other
    drafting.change(one, en, NAME, text("Tên mới"), seen(one, NAME))
    kept = drafting.change(other, chi, PAPER, {"key": "request", "name": text("Đơn")}, seen(other, PAPER))
    assert parts.get(kept.definition, NAME) == text("Tên mới")
    assert parts.get(kept.definition, f"{PAPER}.name") == text("Đơn")
    assert kept.revision == 3 and kept.changed_by == chi


@pytest.mark.parametrize("theirs", [NAME, "name.vi", ""])
def test_who_changes_what_another_changed_meanwhile_is_told_and_loses_nothing(
    cast: Cast, en: User, chi: User, theirs: str
) -> None:
    with inside(cast.tenant):
        offered(cast.office)
        shown = drafting.begin("1.999001", en)
    with inside(cast.tenant):
        value = {**parts.get(shown.definition, "name"), "vi": "Tên của Chi"}
        whole = {"": {**shown.definition, "name": value}, NAME: value, "name.vi": "Tên của Chi"}[theirs]
        drafting.change(shown, chi, theirs, whole, seen(shown, theirs))
    with inside(cast.tenant):
        drafting.change(shown, en, PAPER, {"key": "request", "name": text("Đơn")}, seen(shown, PAPER))
    with inside(cast.tenant):
        with pytest.raises(drafting.Stale) as told:
            drafting.change(shown, en, NAME, text("Tên của Én"), seen(shown, NAME))
        assert (told.value.now["vi"], told.value.by) == ("Tên của Chi", chi)
        agreed = drafting.change(shown, en, NAME, text("Tên của Én"), parts.fingerprint(told.value.now))
        assert parts.get(agreed.definition, NAME) == text("Tên của Én")


def test_what_another_took_out_is_not_changed_unseen(draft: VersionDraft, en: User, chi: User) -> None:
    drafting.remove(draft, chi, PAPER, seen(draft, PAPER))
    with pytest.raises(drafting.Stale) as told:
        drafting.change(draft, en, PAPER, {"key": "request", "name": text("Đơn")}, seen(draft, PAPER))
    assert told.value.now is None
    with pytest.raises(drafting.Stale):
        drafting.remove(draft, en, PAPER, seen(draft, PAPER))


def test_two_who_add_at_once_both_keep_theirs_and_keys_stay_apart(draft: VersionDraft, en: User, chi: User) -> None:
    drafting.add(draft, en, "papers", {"key": "proof", "name": text("Giấy A")})
    kept = drafting.add(draft, chi, "papers", {"key": "photo", "name": text("Ảnh")})
    assert [paper["key"] for paper in kept.definition["papers"]] == ["request", "proof", "photo"]
    with pytest.raises(NotPossible, match="photo"):
        drafting.add(draft, en, "papers", {"key": "photo", "name": text("Ảnh khác")})
    with pytest.raises(NotPossible, match="photo"):
        drafting.change(
            kept, en, "papers.proof", {"key": "photo", "name": text("Ảnh khác")}, seen(kept, "papers.proof")
        )
    kept = drafting.move(kept, en, "papers.photo", "request")
    assert [paper["key"] for paper in kept.definition["papers"]] == ["photo", "request", "proof"]


def test_a_faulty_draft_is_kept_and_told_where_it_is_faulty(draft: VersionDraft, en: User) -> None:
    assert versions.problems_of(draft) == []
    address = "form.sections.owner.fields.full_name.type"
    kept = drafting.change(draft, en, address, "nonsense", seen(draft, address))
    assert address in {problem.path for problem in versions.problems_of(kept)}


def test_a_new_procedure_begins_with_its_name(tenant: object, en: User) -> None:
    sector = {"key": "civil_status", "name": text("Hộ tịch")}
    made = drafting.begin_new("1.999777", text("Thủ tục mới"), sector, en)
    assert made.title == "Thủ tục mới" and made.procedure is None and versions.problems_of(made) == []
    with pytest.raises(NotPossible):
        drafting.begin_new("1.999777", text("Lần nữa"), sector, en)


def test_what_is_discarded_cannot_be_written_any_more(cast: Cast, en: User) -> None:
    with inside(cast.tenant):
        offered(cast.office)
        draft = drafting.begin("1.999001", en)
        drafting.discard(draft, en)
    with inside(cast.tenant):
        with pytest.raises(NotPossible):
            drafting.change(draft, en, NAME, text("Tên"), seen(draft, NAME))
        told = AuditEntry.objects.filter(object="procedure:1.999001").values_list("action", flat=True)
        assert {"draft.begin", "draft.discard"} <= set(told)
