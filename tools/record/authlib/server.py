"""A token endpoint and an API of Authlib with Flask, for record.ts: python server.py PORT."""

import sys
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant
from authlib.oauth2.rfc6749.util import list_to_scope, scope_to_list
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator
from flask import Flask, jsonify

SECRET = "the-secret-of-this-recording-0123"


class Client(ClientMixin):
    """A client in memory."""

    def __init__(self, method="client_secret_post", grants=("client_credentials",), scope="read:invoices"):
        self.method = method
        self.grants = grants
        self.scope = scope

    def get_client_id(self):
        return next(name for name, client in CLIENTS.items() if client is self)

    def get_allowed_scope(self, scope):
        return list_to_scope([one for one in scope_to_list(scope or "") if one in self.scope.split()])

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.method

    def check_grant_type(self, grant_type):
        return grant_type in self.grants


class Token(TokenMixin):
    """A token in memory."""

    def __init__(self, scope, expires_at, revoked=False):
        self.scope = scope
        self.expires_at = expires_at
        self.revoked = revoked

    def get_scope(self):
        return self.scope

    def is_expired(self):
        return self.expires_at < time.time()

    def is_revoked(self):
        return self.revoked


CLIENTS = {
    "acme": Client(),
    "acme-basic": Client(method="client_secret_basic"),
    "acme-jwt": Client(method="private_key_jwt"),
    "acme-public": Client(method="none"),
    "acme-web": Client(grants=("authorization_code",)),
    "acme-narrow": Client(scope="read:stock"),
}
TOKENS = {
    "narrow": Token("read:stock", time.time() + 3600),
    "expired": Token("read:invoices", time.time() - 3600),
    "revoked": Token("read:invoices", time.time() + 3600, revoked=True),
}


class CredentialsGrant(ClientCredentialsGrant):
    """The grant with both ways to send a secret; Authlib alone allows Basic."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


class Validator(BearerTokenValidator):
    """Looks tokens up in memory."""

    def authenticate_token(self, token_string):
        return TOKENS.get(token_string)


def save_token(token, request):
    TOKENS[token["access_token"]] = Token(token.get("scope", ""), time.time() + token["expires_in"])


def make_server(scopes_supported, grants):
    """An application with a token endpoint at /oauth/token."""
    app = Flask(__name__)
    if scopes_supported is not None:
        app.config["OAUTH2_SCOPES_SUPPORTED"] = scopes_supported
    server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=save_token)
    server.register_token_generator("default", BearerTokenGenerator(lambda **_: "issued"))
    for grant in grants:
        server.register_grant(grant)
    app.add_url_rule("/oauth/token", "token", server.create_token_response, methods=["POST"])
    return app


app = make_server(["read:invoices", "read:stock", "write:invoices"], [CredentialsGrant])
code_only = make_server(None, [AuthorizationCodeGrant])
basic_only = make_server(None, [ClientCredentialsGrant])

require_oauth = ResourceProtector()
require_oauth.register_token_validator(Validator())


@app.route("/api/invoices")
@require_oauth("read:invoices")
def invoices():
    return jsonify([])


@app.route("/code/oauth/token", methods=["POST"])
def token_of_code_only():
    return code_only.view_functions["token"]()


@app.route("/basic/oauth/token", methods=["POST"])
def token_of_basic_only():
    return basic_only.view_functions["token"]()


app.run(host="127.0.0.1", port=int(sys.argv[1]))
