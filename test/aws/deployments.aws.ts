import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../support/aws-emulator/account.ts';
import { secretArn } from '../support/aws-emulator/aws-request.ts';
import { deployStack, type EmulatedStack } from '../support/aws-emulator/emulated-stack.ts';
import { isAllowed, roleStatements } from '../support/aws-emulator/role-statements.ts';

// One folder for both, as one repository has it.
let folder: string;
let east: EmulatedStack;
let west: EmulatedStack;

/** Two that differ in nothing but their name. */
function configOf(deployment: string) {
  return {
    version: 1,
    deployment,
    providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com' } },
    applications: {
      'billing-sync': {
        provider: 'acme',
        credentials: { secretsManager: 'm2m/billing-sync' },
        audience: 'https://api.acme.com',
      },
    },
    notify: { email: ['oncall@acme.com'] },
    alarms: { email: ['pager@acme.com'] },
  };
}

async function assetsOf({ assembly }: EmulatedStack): Promise<readonly string[]> {
  return (await readdir(assembly)).filter((name) => name.startsWith('asset.')).toSorted();
}

const physicalIds = (stack: EmulatedStack) => stack.resources.map(({ physicalId }) => physicalId);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'm2m-watch-deployments-'));
  east = await deployStack({ config: configOf('east'), folder, assembly: 'east' });
  west = await deployStack({ config: configOf('west'), folder, assembly: 'west' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('deployments in the emulator', () => {
  it('tell what a synth costs, and end with what people need next', () => {
    expect(east.said).toContain('AWS cost of deployment east');
    const { WatchDashboardUrl, WatchCheckNowCommand } = outputsOf(east);
    const dashboard = east.physicalId('AWS::CloudWatch::Dashboard', 'WatchHealth');
    const checkNow = east.physicalId('AWS::Lambda::Function', 'WatchCheckNow');
    expect(WatchDashboardUrl).toContain(`region=eu-west-1#dashboards:name=${dashboard}`);
    expect(WatchCheckNowCommand).toContain(`--function-name ${checkNow} `);
  });

  it('give topics that are named in the outputs, and that the notify function knows', () => {
    const outputs = outputsOf(east);
    const topics = ['Monitor', 'Notices', 'Alarms'].map((id) =>
      east.physicalId('AWS::SNS::Topic', `WatchTopics${id}`),
    );

    expect([
      outputs['WatchMonitorTopicArn'],
      outputs['WatchNoticesTopicArn'],
      outputs['WatchAlarmTopicArn'],
    ]).toEqual(topics);
  });

  it('stand side by side: nothing of one is the other one’s', () => {
    expect([east.name, west.name]).toEqual(['m2m-watch-east', 'm2m-watch-west']);
    expect(east.resources.map(({ logicalId }) => logicalId)).toEqual(
      west.resources.map(({ logicalId }) => logicalId),
    );
    const shared = physicalIds(east).filter((id) => physicalIds(west).includes(id));
    expect(shared).toEqual([]);
  });

  it('give each function its own role, which reaches nothing that is not its own', async () => {
    const roles = Object.fromEntries(
      await Promise.all(
        (['Check', 'CheckNow', 'Notify'] as const).map(async (id) => {
          const roleName = east.physicalId('AWS::IAM::Role', `Watch${id}Role`);
          return [id, await roleStatements(roleName)] as const;
        }),
      ),
    );
    const may = (id: string, action: string, resource: string) =>
      isAllowed(roles[id] ?? [], { action, resource, context: {} });
    const tables = [east, west].map((stack) => {
      const name = stack.physicalId('AWS::DynamoDB::Table', 'WatchState');
      return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
    });
    const notices = east.physicalId('AWS::SNS::Topic', 'WatchTopicsNotices');
    const [own, others] = ['m2m/billing-sync', 'm2m/billing-sync-2'].map(secretArn);

    for (const id of ['Check', 'CheckNow']) {
      expect(may(id, 'secretsmanager:GetSecretValue', own ?? '')).toBe(true);
      expect(may(id, 'secretsmanager:GetSecretValue', others ?? '')).toBe(false);
      expect(may(id, 'secretsmanager:PutSecretValue', own ?? '')).toBe(false);
      expect(may(id, 'sns:Publish', notices)).toBe(false);
    }
    expect(may('Notify', 'secretsmanager:GetSecretValue', own ?? '')).toBe(false);
    expect(may('Notify', 'sns:Publish', notices)).toBe(true);
    for (const id of ['Check', 'CheckNow', 'Notify']) {
      expect(tables.map((table) => may(id, 'dynamodb:PutItem', table))).toEqual([true, false]);
      expect(may(id, 'dynamodb:DeleteTable', tables[0] ?? '')).toBe(false);
      // Without our namespace no metric at all.
      expect(may(id, 'cloudwatch:PutMetricData', '*')).toBe(false);
    }
  });

  it('change nothing the second time, from the same template and the same code', async () => {
    const again = await deployStack({ config: configOf('east'), folder, assembly: 'east-again' });

    expect(again.said).toContain('m2m-watch-east (no changes)');
    expect(again.template).toEqual(east.template);
    expect(await assetsOf(again)).toEqual(await assetsOf(east));
    expect(physicalIds(again)).toEqual(physicalIds(east));
  });

  it('change the code and nothing else when the configuration does', async () => {
    const config = { ...configOf('west'), thresholds: { open: 2 } };

    const changed = await deployStack({ config, folder, assembly: 'west-changed' });

    expect(changed.said).not.toContain('no changes');
    expect(await assetsOf(changed)).not.toEqual(await assetsOf(west));
    expect(physicalIds(changed)).toEqual(physicalIds(west));
  });
});

function outputsOf({ outputs }: EmulatedStack): Readonly<Record<string, string>> {
  // The CDK puts a hash behind the id of each output.
  return Object.fromEntries(
    Object.entries(outputs).map(([id, value]) => [id.replace(/[0-9A-F]{8}$/, ''), value]),
  );
}
