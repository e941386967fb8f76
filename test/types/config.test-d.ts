import { expectTypeOf } from 'vitest';
import type { Application, CallConfig, Expectation } from '../../lib/core/config/application.ts';
import type { ClientAuthentication } from '../../lib/core/config/client-methods.ts';
import type { ProviderConfig } from '../../lib/core/config/provider-config.ts';
import type { ProviderType } from '../../lib/core/config/provider-types.ts';
import type { SecretSource, SecretValueSource } from '../../lib/core/config/secret-places.ts';
import type { WatchConfig } from '../../lib/core/config/watch-config.ts';

expectTypeOf<WatchConfig['providers']>().toEqualTypeOf<Readonly<Record<string, ProviderConfig>>>();
expectTypeOf<WatchConfig['applications']>().toEqualTypeOf<readonly Application[]>();
expectTypeOf<WatchConfig['notify']['remindAfterHours']>().toEqualTypeOf<readonly number[]>();

expectTypeOf<ProviderConfig['name']>().toEqualTypeOf<string>();
expectTypeOf<ProviderConfig['type']>().toEqualTypeOf<ProviderType>();
expectTypeOf<ProviderConfig['clientAuthentication']>().toEqualTypeOf<ClientAuthentication | null>();
expectTypeOf<ClientAuthentication>().toEqualTypeOf<
  'client_secret_post' | 'client_secret_basic' | 'private_key_jwt'
>();

expectTypeOf<Application['audience']>().toEqualTypeOf<readonly string[]>();
expectTypeOf<Application['scopes']>().toEqualTypeOf<readonly string[] | null>();
expectTypeOf<Application['everyMinutes']>().toEqualTypeOf<number>();
expectTypeOf<Application['call']>().toEqualTypeOf<CallConfig | null>();
expectTypeOf<Expectation['organization']>().toEqualTypeOf<string | null | undefined>();
expectTypeOf<Expectation['scopes']>().toEqualTypeOf<readonly string[]>();
expectTypeOf<CallConfig['headers']>().toEqualTypeOf<{
  readonly [name: string]: string | SecretValueSource;
}>();

declare const application: Application;
declare const source: SecretSource;

// @ts-expect-error a parsed configuration is never changed
application.everyMinutes = 5;
// @ts-expect-error nor is what it holds
application.expect.scopes.push('read:a');
// @ts-expect-error a source has no place for a secret
source.clientSecret;
// @ts-expect-error which kind of source it is has to be asked first
source.file;
