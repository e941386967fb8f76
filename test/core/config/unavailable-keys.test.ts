import { describe, expect, it } from 'vitest';
import { renderProblem } from '../../../lib/core/config/config-problems.ts';
import { schemaNodesAt } from '../../../lib/core/config/json-schema.ts';
import { NOT_AVAILABLE_YET, unavailableKeys } from '../../../lib/core/config/unavailable-keys.ts';
import { fullConfig, smallConfig } from './written-config.ts';

describe('unavailableKeys', () => {
  it('finds nothing where only defaults stand', () => {
    expect(unavailableKeys(smallConfig())).toEqual([]);
  });

  it('finds each key that somebody wrote, in whichever block of names or list it stands', () => {
    const notYet = [
      { path: ['providers', '*', 'proxy'] },
      { path: ['maintenance', '*', 'cron'] },
      { path: ['metrics'] },
    ];

    const lines = unavailableKeys(fullConfig(), notYet).map(renderProblem);

    expect(lines).toEqual([
      'providers.acme.proxy is not available yet in this version of m2m-watch: remove it',
      'maintenance[0].cron is not available yet in this version of m2m-watch: remove it',
      'metrics is not available yet in this version of m2m-watch: remove it',
    ]);
  });

  it('finds a value that is not built yet, and lets other values of the key stand', () => {
    const notYet = [{ path: ['providers', '*', 'type'], value: 'oidc' }];

    const lines = unavailableKeys(fullConfig(), notYet).map(renderProblem);

    expect(lines).toEqual([
      'providers.local.type is oidc, which is not available yet in this version of m2m-watch: remove it',
    ]);
  });

  it.each([null, 5, { providers: null }, []])('finds nothing in %j', (input) => {
    expect(unavailableKeys(input)).toEqual([]);
  });

  it.each(NOT_AVAILABLE_YET)('knows $path from the schema', ({ path, value }) => {
    const steps = path.map((part, index) =>
      part === '*' && path[index - 1] === 'maintenance' ? 0 : part,
    );

    const nodes = schemaNodesAt(steps);

    expect(nodes).not.toHaveLength(0);
    expect(value === undefined || nodes.some((node) => node.enum?.includes(value))).toBe(true);
  });
});
