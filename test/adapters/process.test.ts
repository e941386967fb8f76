import { describe, expect, it } from 'vitest';
import { createJsonLog } from '../../lib/adapters/process.ts';

function logged(entry: Parameters<ReturnType<typeof createJsonLog>>[0]): string {
  const lines: string[] = [];
  createJsonLog({ write: (line) => lines.push(line), nowMs: () => 0 })(entry);
  return lines.join('');
}

describe('createJsonLog', () => {
  it('writes one JSON object a line, its own fields first', () => {
    expect(logged({ level: 'warn', event: 'check', detail: { application: 'a\nb' } })).toBe(
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"check","application":"a\\nb"}\n',
    );
  });

  it('lets no detail stand in for its own fields', () => {
    const line = logged({ level: 'info', event: 'run', detail: { event: 'other', time: 'never' } });

    expect(JSON.parse(line)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      event: 'run',
    });
  });

  it('names what JSON cannot hold, and does not throw', () => {
    expect(JSON.parse(logged({ level: 'info', event: 'run', detail: { size: 1n } }))).toMatchObject(
      {
        event: 'run',
        unwritable: ['size'],
      },
    );
  });
});
