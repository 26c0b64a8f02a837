"""A host that is nobody's: nothing is here."""

urlpatterns: list[object] = []
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
