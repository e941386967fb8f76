// A member of a table that lacks a part, or a table derived from one that lacks a member, does not compile.

import { expectTypeOf } from 'vitest';
import type { LocalReaders, StoreReaders } from '../../lib/adapters/credentials/place-readers.ts';
import type { ChannelConfigs, NoticeChannelRow } from '../../lib/core/config/notice-channels.ts';
import type { ProviderType, ProviderTypeRow } from '../../lib/core/config/provider-types.ts';
import type { SecretPlace, SecretPlaceRow } from '../../lib/core/config/secret-places.ts';
import type { Provider } from '../../lib/core/provider/provider.ts';
import type { Senders } from '../../lib/wiring/notify.ts';

declare const senders: Senders;
declare const readers: LocalReaders & StoreReaders;
declare const providers: Readonly<Record<ProviderType, Provider>>;
declare const providerType: ProviderTypeRow;
declare const channel: NoticeChannelRow;
declare const place: SecretPlaceRow;

const { slack, ...withoutSlack } = senders;
// @ts-expect-error a channel without a sender
withoutSlack satisfies Senders;
slack satisfies Senders['slack'];

declare const sendToAddress: (config: { readonly address: string }) => null;
// @ts-expect-error a sender that wants a key which its channel does not have
({ ...senders, teams: sendToAddress }) satisfies Senders;

const { resolvesTest, ...unfinishedChannel } = channel;
// @ts-expect-error a channel that does not say whether a test has to be resolved
unfinishedChannel satisfies NoticeChannelRow;
resolvesTest satisfies boolean;

const { ssm, ...withoutSsm } = readers;
// @ts-expect-error a place without a reader
withoutSsm satisfies Record<SecretPlace, unknown>;
ssm satisfies StoreReaders['ssm'];

const { rights, ...unfinishedPlace } = place;
// @ts-expect-error a place that does not say whether a function can read it
unfinishedPlace satisfies SecretPlaceRow;
rights satisfies SecretPlaceRow['rights'];

const { kinde, ...withoutKinde } = providers;
// @ts-expect-error a provider type without a value
withoutKinde satisfies Readonly<Record<ProviderType, Provider>>;
kinde satisfies Provider;

const { countsTokens, ...unfinishedType } = providerType;
// @ts-expect-error a provider type that does not say whether its tokens are counted
unfinishedType satisfies ProviderTypeRow;
countsTokens satisfies boolean;

// What is parsed follows the tables.
expectTypeOf<ChannelConfigs['email']>().toEqualTypeOf<readonly string[]>();
expectTypeOf<NonNullable<ChannelConfigs['webhook']>['url']>().toEqualTypeOf<string>();
