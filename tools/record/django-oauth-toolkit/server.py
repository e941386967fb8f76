"""A token endpoint and APIs of django-oauth-toolkit, for record.ts: python server.py PORT."""

import sys
from datetime import timedelta
from wsgiref.simple_server import make_server

import django
from django.conf import settings

SECRET = "the-secret-of-this-recording-0123"

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider", "rest_framework"],
    OAUTH2_PROVIDER={
        "SCOPES": {"read:invoices": "", "read:stock": ""},
        "SCOPES_BACKEND_CLASS": f"{__name__}.ScopesOfClient",
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["oauth2_provider.contrib.rest_framework.OAuth2Authentication"],
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="of-no-use",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from oauth2_provider.contrib.rest_framework import TokenHasScope  # noqa: E402
from oauth2_provider.decorators import protected_resource  # noqa: E402
from oauth2_provider.models import AccessToken, Application  # noqa: E402
from oauth2_provider.scopes import SettingsScopes  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class ScopesOfClient(SettingsScopes):
    """Every client has every scope, but for one client."""

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        if application is not None and application.client_id == "acme-narrow":
            return ["read:stock"]
        return super().get_available_scopes(application, request, *args, **kwargs)

    get_default_scopes = get_available_scopes


class Invoices(APIView):
    """An API of the REST framework."""

    permission_classes = [TokenHasScope]
    required_scopes = ["read:invoices"]

    def get(self, request):
        return Response([])


@protected_resource(scopes=["read:invoices"])
def plain(request):
    return JsonResponse([], safe=False)


@protected_resource(scopes=["read:invoices"], advertise_metadata=True, resource_metadata_url=None)
def challenging(request):
    return JsonResponse([], safe=False)


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("rest/invoices", Invoices.as_view()),
    path("plain/invoices", plain),
    path("challenging/invoices", challenging),
]


def add_client(client_id, **fields):
    return Application.objects.create(
        client_id=client_id,
        client_secret=SECRET,
        **{
            "client_type": Application.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": Application.GRANT_CLIENT_CREDENTIALS,
            **fields,
        },
    )


def add_token(client, token, scope, hours=1):
    AccessToken.objects.create(
        application=client, token=token, scope=scope, expires=timezone.now() + timedelta(hours=hours)
    )


call_command("migrate", verbosity=0)
acme = add_client("acme")
add_client("acme-narrow")
add_client("acme-public", client_type=Application.CLIENT_PUBLIC)
add_client(
    "acme-web",
    authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    redirect_uris="https://app.acme.com/callback",
)
add_token(acme, "narrow", "read:stock")
add_token(acme, "expired", "read:invoices", hours=-1)

make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application()).serve_forever()
