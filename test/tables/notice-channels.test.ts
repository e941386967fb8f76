// Every row of the table of notice channels is found wherever the channels are listed.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationJsonSchema } from '../../lib/core/config/json-schema.ts';
import {
  NOTICE_CHANNEL_NAMES,
  NOTICE_CHANNELS,
  type NoticeChannel,
  type NoticeChannelRow,
} from '../../lib/core/config/notice-channels.ts';
import { SECRET_PLACE_NAMES, SECRET_PLACES } from '../../lib/core/config/secret-places.ts';
import type { Channel } from '../../lib/delivery/ports.ts';
import { openChannels } from '../../lib/wiring/notify.ts';
import { run } from '../cli/captured-io.ts';
import { fleetConfig } from '../constructs/fleet-config.ts';
import { asDeployed, statementsOf, templateOf } from '../constructs/synthesised.ts';

const NOTICES_PAGE = readFileSync(new URL('../../docs/notices.md', import.meta.url), 'utf8');
const PAGE = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** `notify` with one channel, whose secrets are at one place, each under a name of its own. */
function notifyWith(name: NoticeChannel, place = 'secretsManager') {
  const { key, keys }: NoticeChannelRow = NOTICE_CHANNELS[name];
  if (keys === null) return { [key]: ['oncall@acme.com'] };
  const block = Object.entries(keys).map(([part, spec]) => [
    part,
    spec.kind === 'secret' ? { [place]: secretName(name, part) } : spec.example,
  ]);
  return { [key]: Object.fromEntries(block) };
}

/** A name that every place accepts. */
function secretName(channel: string, part: string): string {
  return `${channel}_${part}`.toUpperCase().replaceAll('-', '_');
}

function secretKeys(name: NoticeChannel): readonly string[] {
  const { keys }: NoticeChannelRow = NOTICE_CHANNELS[name];
  return Object.entries(keys ?? {}).flatMap(([part, { kind }]) =>
    kind === 'secret' ? [part] : [],
  );
}

const WITH_SECRETS = NOTICE_CHANNEL_NAMES.filter((name) => secretKeys(name).length > 0);
const READABLE = SECRET_PLACE_NAMES.filter((place) => SECRET_PLACES[place].rights !== null);
const UNREADABLE = SECRET_PLACE_NAMES.filter((place) => SECRET_PLACES[place].rights === null);

describe.each(NOTICE_CHANNEL_NAMES)('the notice channel %s', (name) => {
  const { key, keys, title, description }: NoticeChannelRow = NOTICE_CHANNELS[name];

  it('is in the JSON Schema with its description and its keys', () => {
    const node = configurationJsonSchema().properties?.['notify']?.properties?.[key];

    expect(node?.description).toBe(description);
    expect(Object.keys(node?.properties ?? {})).toEqual(Object.keys(keys ?? {}));
  });

  it('is in docs/configuration.md with its keys', () => {
    expect(PAGE).toMatch(new RegExp(`^\\| \`${key}\` \\| .*${description}`, 'm'));
    expect(keys === null || PAGE.includes(`### \`notify.${key}\``)).toBe(true);
  });

  it('is in docs/notices.md, with what it needs', () => {
    expect(NOTICES_PAGE, `add a row for ${key}`).toMatch(
      new RegExp(`^\\| \`${key}\` \\| .+ \\|`, 'm'),
    );
  });

  it('is named by `notify --help`', async () => {
    const { stdout } = await run(['notify', '--help']);

    expect(stdout).toContain(title);
  });

  it('is parsed, and opened with its own sender', async () => {
    const email: Channel = { send: async () => ({ kind: 'accepted' }) };
    const config = fleetConfig({ notify: notifyWith(name, 'env') });

    const open = openChannels({ config, baseDirectory: '.', environment: {}, email });
    await open.close();

    expect(Object.keys(open.channels)).toEqual([name]);
  });
});

describe.each(WITH_SECRETS)('the secrets of the notice channel %s', (name) => {
  it.each(READABLE)('are readable for the deployed function at %s', (place) => {
    const template = templateOf({ config: fleetConfig({ notify: notifyWith(name, place) }) });

    const resources = statementsOf(template)
      .map(({ Resource }) => asDeployed(Resource))
      .join();
    for (const part of secretKeys(name)) expect(resources).toContain(secretName(name, part));
  });

  it.each(UNREADABLE)('are refused in a deployment at %s', (place) => {
    const config = fleetConfig({ notify: notifyWith(name, place) });

    for (const part of secretKeys(name)) {
      const path = `notify.${NOTICE_CHANNELS[name].key}.${part}.${place}`;
      expect(() => templateOf({ config })).toThrow(`${path} cannot be read on AWS`);
    }
  });
});
