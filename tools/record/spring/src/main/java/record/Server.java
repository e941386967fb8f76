package record;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.resource.OAuth2ResourceServerConfigurer;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.server.authorization.config.annotation.web.configurers.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A Spring Authorization Server and APIs of Spring's resource server, for record.ts. */
@SpringBootApplication
@RestController
public class Server {

	private static final String SECRET = "the-secret-of-this-recording-0123";

	public static void main(String[] arguments) {
		SpringApplication.run(Server.class, arguments);
	}

	@GetMapping({ "/api/invoices", "/audience/invoices", "/issuer/invoices", "/opaque/invoices", "/refused/invoices" })
	List<String> invoices() {
		return List.of();
	}

	@Bean
	RegisteredClientRepository clients() {
		return new InMemoryRegisteredClientRepository(
				client("acme", (client) -> { }),
				client("acme-basic", (client) -> client.clientAuthenticationMethods((methods) -> {
					methods.clear();
					methods.add(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
				})),
				client("acme-both", (client) -> client
						.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)),
				client("acme-jwt", (client) -> client.clientAuthenticationMethods((methods) -> {
					methods.clear();
					methods.add(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
				}).clientSettings(ClientSettings.builder().jwkSetUrl("https://app.acme.com/keys").build())),
				client("acme-tls", (client) -> client.clientAuthenticationMethods((methods) -> {
					methods.clear();
					methods.add(ClientAuthenticationMethod.TLS_CLIENT_AUTH);
				})),
				client("acme-public", (client) -> client.clientAuthenticationMethods((methods) -> {
					methods.clear();
					methods.add(ClientAuthenticationMethod.NONE);
				})),
				client("acme-web", (client) -> client.authorizationGrantTypes((grants) -> {
					grants.clear();
					grants.add(AuthorizationGrantType.AUTHORIZATION_CODE);
				}).redirectUri("https://app.acme.com/callback")),
				client("acme-narrow", (client) -> client.scopes((scopes) -> {
					scopes.clear();
					scopes.add("read:stock");
				})),
				client("acme-expired", (client) -> client.clientSecretExpiresAt(Instant.now().minusSeconds(60))),
				client("acme-short", (client) -> client.tokenSettings(
						TokenSettings.builder().accessTokenTimeToLive(Duration.ofSeconds(1)).build())),
				client("acme-opaque", (client) -> client.tokenSettings(
						TokenSettings.builder().accessTokenFormat(OAuth2TokenFormat.REFERENCE).build())),
				client("acme-faulty", (client) -> { }));
	}

	private static RegisteredClient client(String id, Consumer<RegisteredClient.Builder> change) {
		RegisteredClient.Builder builder = RegisteredClient.withId(UUID.randomUUID().toString())
				.clientId(id)
				.clientSecret("{bcrypt}" + new BCryptPasswordEncoder().encode(SECRET))
				.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
				.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
				.scope("read:invoices");
		change.accept(builder);
		return builder.build();
	}

	/** What runs when a token is issued fails for one client. */
	@Bean
	OAuth2TokenCustomizer<JwtEncodingContext> customizer() {
		return (context) -> {
			if (context.getRegisteredClient().getClientId().equals("acme-faulty")) {
				throw new IllegalStateException("the customizer fails");
			}
		};
	}

	/** As Spring Boot configures it where nothing else is configured. */
	@Bean
	@Order(1)
	SecurityFilterChain authorizationServer(HttpSecurity http) throws Exception {
		OAuth2AuthorizationServerConfigurer server = OAuth2AuthorizationServerConfigurer.authorizationServer();
		return http.securityMatcher(server.getEndpointsMatcher())
				.with(server, (one) -> one.oidc(Customizer.withDefaults()))
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.oauth2ResourceServer((resource) -> resource.jwt(Customizer.withDefaults()))
				.exceptionHandling((exceptions) -> exceptions.defaultAuthenticationEntryPointFor(
						new LoginUrlAuthenticationEntryPoint("/login"),
						new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
				.build();
	}

	@Bean
	@Order(2)
	SecurityFilterChain api(HttpSecurity http, JWKSource<SecurityContext> keys) throws Exception {
		return resource(http, "/api/**", (server) -> server
				.jwt((jwt) -> jwt.decoder(decoder(keys, new JwtTimestampValidator(Duration.ZERO)))));
	}

	@Bean
	@Order(3)
	SecurityFilterChain audience(HttpSecurity http, JWKSource<SecurityContext> keys) throws Exception {
		return resource(http, "/audience/**", (server) -> server.jwt((jwt) -> jwt.decoder(decoder(keys,
				new JwtClaimValidator<List<String>>("aud", (aud) -> aud.contains("https://stock.acme.com"))))));
	}

	@Bean
	@Order(4)
	SecurityFilterChain issuer(HttpSecurity http, JWKSource<SecurityContext> keys) throws Exception {
		return resource(http, "/issuer/**", (server) -> server
				.jwt((jwt) -> jwt.decoder(decoder(keys, new JwtIssuerValidator("https://other.acme.com")))));
	}

	/** An API that has tokens introspected. */
	@Bean
	@Order(5)
	SecurityFilterChain opaque(HttpSecurity http) throws Exception {
		return resource(http, "/opaque/**", introspection(SECRET));
	}

	/** The same with a wrong secret of its own. */
	@Bean
	@Order(6)
	SecurityFilterChain refused(HttpSecurity http) throws Exception {
		return resource(http, "/refused/**", introspection("wrong"));
	}

	@Bean
	@Order(7)
	SecurityFilterChain others(HttpSecurity http) throws Exception {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.formLogin(Customizer.withDefaults())
				.build();
	}

	@Bean
	JwtDecoder jwtDecoder(JWKSource<SecurityContext> keys) {
		return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
	}

	private static SecurityFilterChain resource(HttpSecurity http, String paths,
			Customizer<OAuth2ResourceServerConfigurer<HttpSecurity>> server) throws Exception {
		return http.securityMatcher(paths)
				.authorizeHttpRequests((requests) -> requests.anyRequest().hasAuthority("SCOPE_read:invoices"))
				.oauth2ResourceServer(server)
				.build();
	}

	private static Customizer<OAuth2ResourceServerConfigurer<HttpSecurity>> introspection(String secret) {
		return (server) -> server.opaqueToken((opaque) -> opaque
				.introspectionUri("http://127.0.0.1:" + System.getProperty("server.port") + "/oauth2/introspect")
				.introspectionClientCredentials("acme-basic", secret));
	}

	private static JwtDecoder decoder(JWKSource<SecurityContext> keys, OAuth2TokenValidator<Jwt> validator) {
		NimbusJwtDecoder decoder = (NimbusJwtDecoder) OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
		decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(validator));
		return decoder;
	}

}
