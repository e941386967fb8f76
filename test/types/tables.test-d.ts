// A member of a table that lacks a part, or a table derived from one that lacks a member, does not compile.

import { expectTypeOf } from 'vitest';
import type { LocalReaders, StoreReaders } from '../../lib/adapters/credentials/place-readers.ts';
import { causesOf } from '../../lib/core/causes/cause-definition.ts';
import type { ChannelConfigs, NoticeChannelRow } from '../../lib/core/config/notice-channels.ts';
import type { ProviderType, ProviderTypeRow } from '../../lib/core/config/provider-types.ts';
import type { SecretPlace, SecretPlaceRow } from '../../lib/core/config/secret-places.ts';
import type { AlarmDefinition } from '../../lib/core/metrics/alarms.ts';
import type { MetricDefinition } from '../../lib/core/metrics/metrics.ts';
import type { Dialect } from '../../lib/core/provider/dialects/dialect.ts';
import type { Provider, ProviderFixes } from '../../lib/core/provider/provider.ts';
import type { Senders } from '../../lib/wiring/notify.ts';
import type { STATE_STORES } from '../../lib/wiring/state-stores.ts';

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

declare const stores: typeof STATE_STORES;
const { dynamodb, ...withoutDynamodb } = stores;
// @ts-expect-error a state store without a row
withoutDynamodb satisfies typeof STATE_STORES;
const { open, ...unfinishedStore } = dynamodb;
// @ts-expect-error a state store without a maker
unfinishedStore satisfies (typeof STATE_STORES)['dynamodb'];
open satisfies (typeof STATE_STORES)['dynamodb']['open'];

const { kinde, ...withoutKinde } = providers;
// @ts-expect-error a provider type without a value
withoutKinde satisfies Readonly<Record<ProviderType, Provider>>;
kinde satisfies Provider;

const { countsTokens, ...unfinishedType } = providerType;
// @ts-expect-error a provider type that does not say whether its tokens are counted
unfinishedType satisfies ProviderTypeRow;
countsTokens satisfies boolean;

declare const cause: Parameters<typeof causesOf>[1][string];
const { fix, ...unfinishedCause } = cause;
// @ts-expect-error a cause without a fix
causesOf('claims', { 'made-up': unfinishedCause });
causesOf('claims', { 'made-up': { ...unfinishedCause, fix } });

// @ts-expect-error a fix of a provider without a step
({ 'secret-missing': ['https://page'] }) satisfies ProviderFixes['ofCause'];

declare const dialect: Dialect;
const { wordings, ...unfinishedDialect } = dialect;
// @ts-expect-error a server without its texts
unfinishedDialect satisfies Dialect;
wordings satisfies Dialect['wordings'];

declare const provider: Provider;
const { refusals, ...unfinishedProvider } = provider;
// @ts-expect-error a type of provider that does not say how its refusals are read
unfinishedProvider satisfies Provider;
refusals satisfies Provider['refusals'];

const { readPrice, ...unpricedPlace } = place;
// @ts-expect-error a place that does not say whether AWS bills a read of it
unpricedPlace satisfies SecretPlaceRow;
readPrice satisfies string | null;

declare const metric: MetricDefinition;
const { needsState, ...unfinishedMetric } = metric;
// @ts-expect-error a metric that does not say whether it needs the state
unfinishedMetric satisfies MetricDefinition;
needsState satisfies boolean;

const terms = {
  unit: 'Count',
  dimension: null,
  statistic: 'Sum',
  meaning: 'Made up.',
} as const;
({
  ...terms,
  needsState: true,
  measure: ({ state }) => [{ of: null, values: [Object.keys(state.incidents).length] }],
}) satisfies MetricDefinition;
({
  ...terms,
  needsState: false,
  // @ts-expect-error a metric that reads the state and does not say so
  measure: ({ state }) => [{ of: null, values: [Object.keys(state.incidents).length] }],
}) satisfies MetricDefinition;

declare const alarm: AlarmDefinition;
const { steps, ...unfinishedAlarm } = alarm;
// @ts-expect-error an alarm that does not say what to do
unfinishedAlarm satisfies AlarmDefinition;
steps satisfies AlarmDefinition['steps'];

// What is parsed follows the tables.
expectTypeOf<ChannelConfigs['email']>().toEqualTypeOf<readonly string[]>();
expectTypeOf<NonNullable<ChannelConfigs['webhook']>['url']>().toEqualTypeOf<string>();
