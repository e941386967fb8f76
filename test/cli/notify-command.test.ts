import { describe, expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '../support/notice-receiver.ts';
import { run } from './captured-io.ts';
import { application, configFolder, configText } from './config-folder.ts';

/** A folder with a configuration that has these channels. */
async function folderWith(notify: object): Promise<string> {
  const config = JSON.parse(configText({ a: application('A') }));
  const folder = await configFolder({ 'm2m-watch.yaml': JSON.stringify({ ...config, notify }) });
  onTestFinished(() => folder.remove());
  return folder.path;
}

const SLACK = { slack: { webhook: { env: 'SLACK' } } };

describe('notify --test', () => {
  it('sends one sample notice through every channel, and shows which accepted it', async () => {
    const up = await startReceiver({ answers: [{ status: 200 }] });
    const down = await startReceiver({ answers: [{ status: 404 }] });
    const cwd = await folderWith({ ...SLACK, teams: { webhook: { env: 'TEAMS' } } });

    const { status, stdout } = await run(['notify', '--test'], {
      cwd,
      environment: { SLACK: up.url, TEAMS: down.url },
    });

    expect(status).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'slack  accepted',
      'teams  not accepted: the receiver does not know this address (status 404): was the webhook removed?',
      '',
    ]);
    expect(up.received).toHaveLength(1);
    expect(up.received[0]?.body).toContain('[test] sample: this is a test of m2m-watch');
  });

  it('exits with 0 if every channel accepted it', async () => {
    const up = await startReceiver({ answers: [{ status: 200 }] });
    const cwd = await folderWith(SLACK);

    const { status, stderr } = await run(['notify', '--test'], {
      cwd,
      environment: { SLACK: up.url },
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('names the place of a secret that cannot be read', async () => {
    const cwd = await folderWith(SLACK);

    const { status, stdout } = await run(['notify', '--test'], { cwd });

    expect(status).toBe(1);
    expect(stdout).toContain(
      'slack  not accepted: its secret cannot be read: env SLACK: environment variable SLACK is not set',
    );
  });

  it('says what to do if there is nothing to do', async () => {
    const cwd = await folderWith({});

    const [without, none] = [
      await run(['notify'], { cwd }),
      await run(['notify', '--test'], { cwd }),
    ];

    expect(without).toMatchObject({ status: 2, stdout: '' });
    expect(without.stderr).toContain('write `notify --test`');
    expect(none).toMatchObject({ status: 2, stdout: '' });
    expect(none.stderr).toContain('m2m-watch.yaml has no channel under `notify`');
  });
});
