"""Addresses of the API."""

from django.urls import include, path, re_path, register_converter
from django.urls.converters import StringConverter

from procedures.api import attachments, catalogue, dossiers, filing, places, worklist
from procedures.api.description import description, reader
from procedures.api.doors import Nowhere


class Reference(StringConverter):
    """A dossier's reference, however its letters were typed."""

    regex = "[0-9A-Za-z-]{1,20}"


class Code(StringConverter):
    """A procedure's code."""

    regex = "[0-9A-Za-z][0-9A-Za-z._-]{0,29}"


class ProvinceCode(StringConverter):
    regex = "[0-9]{2}"


register_converter(Reference, "reference")
register_converter(Code, "procedure_code")
register_converter(ProvinceCode, "province")

urlpatterns = [
    path("schema/", description, name="api_schema"),
    path("docs/", reader, name="api_docs"),
    path("procedures/", catalogue.Procedures.as_view(), name="api_procedures"),
    path("procedures/<procedure_code:code>/", catalogue.ProcedureDoor.as_view(), name="api_procedure"),
    path("procedures/<procedure_code:code>/form/", catalogue.FormDoor.as_view(), name="api_form"),
    path("offices/", catalogue.Offices.as_view(), name="api_offices"),
    path("provinces/", places.Provinces.as_view(), name="api_provinces"),
    path("provinces/<province:province>/communes/", places.Communes.as_view(), name="api_communes"),
    path("dossiers/", dossiers.Dossiers.as_view(), name="api_dossiers"),
    path("dossiers/<reference:reference>/", dossiers.DossierDoor.as_view(), name="api_dossier"),
    path("dossiers/<reference:reference>/attachments/", attachments.Attachments.as_view(), name="api_attachments"),
    path(
        "dossiers/<reference:reference>/attachments/<int:key>/",
        attachments.AttachmentDoor.as_view(),
        name="api_attachment",
    ),
    path("dossiers/<reference:reference>/submission/", filing.SubmissionDoor.as_view(), name="api_submission"),
    path("dossiers/<reference:reference>/receipt/", dossiers.Receipt.as_view(), name="api_receipt"),
    path("dossiers/<reference:reference>/timeline/", dossiers.Timeline.as_view(), name="api_timeline"),
    path("dossiers/<reference:reference>/supplement/", filing.SupplementDoor.as_view(), name="api_supplement"),
    path("dossiers/<reference:reference>/withdrawal/", filing.WithdrawalDoor.as_view(), name="api_withdrawal"),
    path("dossiers/<reference:reference>/result/", filing.ResultDoor.as_view(), name="api_result"),
    path("worklist/", worklist.Worklist.as_view(), name="api_worklist"),
    path("desk/dossiers/<reference:reference>/", worklist.DeskDossierDoor.as_view(), name="api_desk_dossier"),
    path("", include("procedures.api.steps")),
    re_path(r"^[\s\S]*/$", Nowhere.as_view(), name="api_nowhere"),
]
