// Command fosite is a token endpoint of Fosite for record.ts: fosite PORT.
// Each folder of the address has another way to write errors. RECORD_KEYS has the public keys of acme-key.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"time"

	"github.com/go-jose/go-jose/v3"
	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
	"github.com/ory/fosite/storage"
	"golang.org/x/crypto/bcrypt"
)

const secret = "the-secret-of-this-recording-0123"

func main() {
	store := storage.NewMemoryStore()
	for _, client := range clients() {
		store.Clients[client.ID] = client
	}
	addEndpoint("/plain", store, &fosite.Config{}, compose.OAuth2ClientCredentialsGrantFactory)
	addEndpoint("/legacy", store, &fosite.Config{UseLegacyErrorFormat: true}, compose.OAuth2ClientCredentialsGrantFactory)
	addEndpoint("/debug", store, &fosite.Config{SendDebugMessagesToClients: true}, compose.OAuth2ClientCredentialsGrantFactory)
	addEndpoint("/legacy-debug", store, &fosite.Config{
		UseLegacyErrorFormat:       true,
		SendDebugMessagesToClients: true,
	}, compose.OAuth2ClientCredentialsGrantFactory)
	addEndpoint("/code", store, &fosite.Config{}, compose.OAuth2AuthorizeExplicitFactory)
	if err := http.ListenAndServe("127.0.0.1:"+os.Args[1], nil); err != nil {
		panic(err)
	}
}

func clients() []*fosite.DefaultOpenIDConnectClient {
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(os.Getenv("RECORD_KEYS")), &keys); err != nil {
		panic(err)
	}
	hashed, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	if err != nil {
		panic(err)
	}
	client := func(id string, change func(*fosite.DefaultOpenIDConnectClient)) *fosite.DefaultOpenIDConnectClient {
		made := &fosite.DefaultOpenIDConnectClient{
			DefaultClient: &fosite.DefaultClient{
				ID:         id,
				Secret:     hashed,
				GrantTypes: []string{"client_credentials"},
				Scopes:     []string{"read:invoices"},
				Audience:   []string{"https://api.acme.com"},
			},
			TokenEndpointAuthMethod: "client_secret_post",
		}
		change(made)
		return made
	}
	return []*fosite.DefaultOpenIDConnectClient{
		client("acme", func(*fosite.DefaultOpenIDConnectClient) {}),
		client("acme-basic", func(made *fosite.DefaultOpenIDConnectClient) {
			made.TokenEndpointAuthMethod = "client_secret_basic"
		}),
		client("acme-jwt", func(made *fosite.DefaultOpenIDConnectClient) {
			made.TokenEndpointAuthMethod = "private_key_jwt"
		}),
		client("acme-key", func(made *fosite.DefaultOpenIDConnectClient) {
			made.TokenEndpointAuthMethod = "private_key_jwt"
			made.JSONWebKeys = &keys
		}),
		client("acme-public", func(made *fosite.DefaultOpenIDConnectClient) {
			made.TokenEndpointAuthMethod = "none"
			made.Public = true
		}),
		client("acme-web", func(made *fosite.DefaultOpenIDConnectClient) {
			made.GrantTypes = []string{"authorization_code"}
		}),
		client("acme-narrow", func(made *fosite.DefaultOpenIDConnectClient) {
			made.Scopes = []string{"read:stock"}
		}),
		client("acme-other", func(made *fosite.DefaultOpenIDConnectClient) {
			made.Audience = []string{"https://stock.acme.com"}
		}),
	}
}

func addEndpoint(folder string, store *storage.MemoryStore, config *fosite.Config, grant compose.Factory) {
	config.AccessTokenLifespan = time.Hour
	config.TokenURL = "http://127.0.0.1:" + os.Args[1] + folder + "/oauth2/token"
	config.GlobalSecret = []byte("thirty-two-bytes-that-sign-token")
	provider := compose.Compose(config, store, compose.NewOAuth2HMACStrategy(config), grant)
	http.HandleFunc(folder+"/oauth2/token", func(writer http.ResponseWriter, request *http.Request) {
		ctx := context.Background()
		access, err := provider.NewAccessRequest(ctx, request, &fosite.DefaultSession{})
		if err != nil {
			provider.WriteAccessError(ctx, writer, access, err)
			return
		}
		for _, scope := range access.GetRequestedScopes() {
			access.GrantScope(scope)
		}
		response, err := provider.NewAccessResponse(ctx, access)
		if err != nil {
			provider.WriteAccessError(ctx, writer, access, err)
			return
		}
		provider.WriteAccessResponse(ctx, writer, access, response)
	})
}
