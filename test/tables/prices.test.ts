// Every price is part of the bill: a changed one changes what is computed and what docs/cost.md says.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECRET_PLACE_NAMES, SECRET_PLACES } from '../../lib/core/config/secret-places.ts';
import { costReport } from '../../lib/core/cost/cost-report.ts';
import { PRICES } from '../../lib/core/cost/prices.ts';
import { generator } from '../../tools/generators/cost-page.ts';
import { fleetConfig } from '../constructs/fleet-config.ts';

const PAGE = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
const NAMES = Object.keys(PRICES) as readonly (keyof typeof PRICES)[];

/** `docs/cost.md` as it would be generated with other prices. */
async function pageWith(changed: Readonly<Record<string, unknown>>): Promise<string> {
  const before = { ...PRICES };
  try {
    Object.assign(PRICES, changed);
    return await generator.generate();
  } finally {
    Object.assign(PRICES, before);
  }
}

describe.each(NAMES)('the price %s', (name) => {
  it('is part of the bill in docs/cost.md', async () => {
    const price = PRICES[name];
    const dearer =
      typeof price === 'number' ? price * 1000 : price.map((tier) => ({ ...tier, usd: 1000 }));

    expect(await pageWith({ [name]: dearer })).not.toBe(PAGE);
  });
});

it('are nowhere else in docs/cost.md: with none, nothing costs anything', async () => {
  const free = NAMES.map((name) => [
    name,
    typeof PRICES[name] === 'number' ? 0 : [{ upTo: Number.POSITIVE_INFINITY, usd: 0 }],
  ]);

  const page = await pageWith(Object.fromEntries(free));

  const amounts = page.match(/\b\d+\.\d\d\b(?! GB)|\b\d+ cents|\$\d+/g) ?? [];
  expect(amounts.length).toBeGreaterThan(10);
  expect(amounts.filter((amount) => !/^0\.00$|^0 cents$/.test(amount))).toEqual([]);
});

describe.each(SECRET_PLACE_NAMES)('reading secrets at the place %s', (place) => {
  it('is a line of the bill if its row names a price', () => {
    const { title, value, readPrice } = SECRET_PLACES[place];
    const config = fleetConfig({ application: { credentials: { [place]: value.example } } });

    const usd = costReport(config).aws.lines.find(({ item }) => item === `${title}, reading`)?.usd;

    expect((usd ?? 0) > 0).toBe(readPrice !== null);
  });
});
