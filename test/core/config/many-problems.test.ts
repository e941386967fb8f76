import { describe, expect, it } from 'vitest';
import { shownProblems } from '../../../lib/core/config/config-problems.ts';
import { firstHints, nearestNames } from '../../../lib/core/config/nearest-names.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';

const MANY = 10_000;

function blockOf(value: (index: number) => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Array.from({ length: MANY }, (_, index) => [`n${index}`, value(index)]),
  );
}

function listOf(value: (index: number) => unknown): readonly unknown[] {
  return Array.from({ length: MANY }, (_, index) => value(index));
}

const acme = { type: 'kinde', issuer: 'https://acme.kinde.com' };
const providers = { acme };
const applications = {
  a: { provider: 'acme', credentials: { file: 'a.json' }, audience: null },
};

describe('a configuration with ten thousand mistakes', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['providers of an unknown type', { providers: blockOf(() => ({ type: 'kinda' })) }],
    ['providers with an unknown key', { providers: blockOf(() => ({ isuer: 'x' })) }],
    ['providers that are no blocks', { providers: blockOf(() => 1) }],
    [
      'applications of unknown providers, with as many providers',
      {
        providers: blockOf(() => acme),
        applications: blockOf((index) => ({ ...applications.a, provider: `m${index}` })),
      },
    ],
    [
      'unknown applications in maintenance, with as many applications',
      {
        applications: blockOf(() => applications.a),
        maintenance: [{ applications: listOf((index) => `m${index}`) }],
      },
    ],
    ['algorithms', { providers: { acme: { ...acme, algorithms: listOf((at) => `RT${at}`) } } }],
    ['hosts', { providers: { acme: { ...acme, hosts: listOf((index) => `-${index}`) } } }],
  ])('is refused in seconds: %s', (_, written) => {
    const startedAt = process.cpuUsage();

    const parsed = parseConfig({
      version: 1,
      deployment: 'x',
      providers,
      applications,
      ...written,
    });

    const { user, system } = process.cpuUsage(startedAt);
    expect(parsed.ok ? 0 : parsed.issues.length).toBeGreaterThanOrEqual(MANY);
    expect((user + system) / 1_000_000).toBeLessThan(10);
  });

  it('shows the first fifty, and how many more there are', () => {
    const lines = Array.from({ length: 52 }, (_, index) => `problem ${index}`);

    expect(shownProblems(lines)).toEqual([
      ...lines.slice(0, 50),
      'and 2 more, which are not shown',
    ]);
    expect(shownProblems(lines.slice(0, 50))).toEqual(lines.slice(0, 50));
  });

  it('has hints for the first twenty unknown names', () => {
    const hint = firstHints();

    const hints = Array.from({ length: 21 }, () => hint('acne', ['acme']));

    expect(hints.slice(0, 20)).toEqual(Array(20).fill('; did you mean `acme`?'));
    expect(hints[20]).toBe('');
  });

  it('compares an unknown name with the first names only, where there are very many', () => {
    const known = Array.from({ length: 100_000 }, (_, index) => `name-${index}x`);

    expect(nearestNames('name-70', ['name-71', ...known])).toContain('name-71');
    expect(nearestNames('name-99999y', known)).not.toContain('name-99999x');
  });
});
