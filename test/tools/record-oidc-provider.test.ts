import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  findStaleReplies,
  recordReplies,
  writeReplies,
} from '../../tools/record/oidc-provider/record.ts';

const FIXTURES = new URL('../fixtures/replies/', import.meta.url);
const NAME = 'oidc-provider-wrong-secret.json';

let folder: string;
let replies: Awaited<ReturnType<typeof recordReplies>>;

beforeEach(async () => {
  // The server tells its defaults on the console when it is made.
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.spyOn(console, 'info').mockReturnValue(undefined);
  folder = await mkdtemp(join(tmpdir(), 'm2m-watch-replies-'));
  await cp(FIXTURES, folder, { recursive: true });
  replies = await recordReplies();
});
afterEach(() => rm(folder, { recursive: true }));

const copy = () => pathToFileURL(`${folder}/`);

describe('the recorder of oidc-provider', () => {
  it('finds the recorded replies of oidc-provider as the installed version gives them', async () => {
    expect(replies.size).toBeGreaterThan(10);
    expect(await findStaleReplies(replies)).toEqual([]);
  });

  it('says which text has changed and which fixture is not there', async () => {
    const text = await readFile(join(folder, NAME), 'utf8');
    await writeFile(join(folder, NAME), text.replace('authentication failed', 'is not known'));
    await rm(join(folder, 'oidc-provider-server-error.json'));

    const stale = await findStaleReplies(replies, copy());

    expect(stale).toHaveLength(2);
    expect(stale[0]).toMatch(new RegExp(`^${NAME}: was .*is not known.*, is .*failed`));
    expect(stale[1]).toMatch(/^oidc-provider-server-error\.json: was \{\}, is /);
  });

  it('writes what is recorded and keeps what it must be read as', async () => {
    const text = await readFile(join(folder, NAME), 'utf8');
    const odd = { ...JSON.parse(text), status: 299, why: 'a reason of ours' };
    await writeFile(join(folder, NAME), JSON.stringify(odd));

    await writeReplies(replies, copy());

    expect(await findStaleReplies(replies, copy())).toEqual([]);
    expect(JSON.parse(await readFile(join(folder, NAME), 'utf8'))).toEqual({
      ...JSON.parse(text),
      why: 'a reason of ours',
    });
  });
});
