import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { type Invoked, type Lambda, startLambda } from '../lambda-runtime/start-lambda.ts';
import { clientSetting, REGION } from './account.ts';
import { type AwsGateway, startAwsGateway } from './aws-gateway.ts';
import { type DeployedFunction, takeBack } from './deployed-function.ts';
import { deployStack, type EmulatedStack } from './emulated-stack.ts';
import { roleStatements } from './role-statements.ts';

const LOGICAL_IDS = {
  check: 'WatchCheckFunction',
  checkNow: 'WatchCheckNowFunction',
  notify: 'WatchNotifyFunction',
} as const;

/** A function of the deployment. */
export type FunctionId = keyof typeof LOGICAL_IDS;

/** A deployment in the emulator whose functions run here, each in a process of its own. */
export interface EmulatedWatch {
  readonly stack: EmulatedStack;
  readonly gateway: AwsGateway;
  readonly deployed: Readonly<Record<FunctionId, DeployedFunction>>;
  /** Starts a scheduled function with the input that its schedule gives it for a slot. */
  tick(
    id: 'check' | 'notify',
    slot: Date,
    options?: { readonly timeoutMs?: number },
  ): Promise<Invoked>;
  /** Starts a check on demand. */
  checkNow(input: unknown): Promise<Invoked>;
  /** What the functions that functions started ended with, once they have, since the last time. */
  started(): Promise<readonly Invoked[]>;
  /** The lines of a function's log that are JSON. */
  logEvents(id: FunctionId): ReturnType<Lambda['logEvents']>;
  /** Everything that functions wrote. */
  log(): string;
  stop(): Promise<void>;
}

/** Deploys a configuration, takes its functions back and starts them behind a gateway. */
export async function startEmulatedWatch({
  config,
  certificates = '',
}: {
  /** In the shape of `m2m-watch.yaml`. */
  readonly config: { readonly deployment: string };
  /** In PEM: what the functions trust besides what Node does. */
  readonly certificates?: string;
}): Promise<EmulatedWatch> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-aws-'));
  const stack = await deployStack({ config, folder });
  const certificateFile = join(folder, 'certificates.pem');
  await writeFile(certificateFile, certificates);
  const running: Promise<Invoked>[] = [];
  const byName = new Map<string, Lambda>();
  const gateway = await startAwsGateway((functionName, payload) => {
    const lambda = byName.get(functionName);
    if (lambda === undefined) throw new Error(`there is no function ${functionName}`);
    running.push(lambda.invoke(payload));
  });
  const client = new LambdaClient(clientSetting());

  const start = async (id: FunctionId) => {
    const name = stack.physicalId('AWS::Lambda::Function', LOGICAL_IDS[id]);
    const deployed = await takeBack(client, { name, folder: join(folder, id) });
    gateway.admit(`role-of-${id}`, await roleStatements(deployed.roleName));
    const lambda = await startLambda({
      folder: deployed.folder,
      handler: deployed.handler,
      timeoutMs: deployed.timeoutSeconds * 1000,
      environment: {
        ...deployed.environment,
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_ACCESS_KEY_ID: `role-of-${id}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_ENDPOINT_URL: gateway.url,
        NODE_EXTRA_CA_CERTS: certificateFile,
      },
    });
    byName.set(name, lambda);
    return { deployed, lambda };
  };
  const functions = {
    check: await start('check'),
    checkNow: await start('checkNow'),
    notify: await start('notify'),
  };
  client.destroy();
  const lambdas = Object.values(functions).map(({ lambda }) => lambda);

  return {
    stack,
    gateway,
    deployed: {
      check: functions.check.deployed,
      checkNow: functions.checkNow.deployed,
      notify: functions.notify.deployed,
    },
    tick: (id, slot, options) =>
      functions[id].lambda.invoke(scheduledInput(stack, { id, slot }), options),
    checkNow: (input) => functions.checkNow.lambda.invoke(input),
    started: async () => Promise.all(running.splice(0)),
    logEvents: (id) => functions[id].lambda.logEvents(),
    log: () => lambdas.map((lambda) => lambda.log()).join(''),
    stop: async () => {
      await Promise.allSettled(running);
      await Promise.all(lambdas.map((lambda) => lambda.stop()));
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The input that the schedule of a function has in the template, for the slot. */
function scheduledInput(
  { template }: EmulatedStack,
  { id, slot }: { readonly id: 'check' | 'notify'; readonly slot: Date },
): unknown {
  const logicalId = id === 'check' ? 'WatchScheduleCheck' : 'WatchScheduleNotify';
  const found = Object.entries(template.Resources).find(
    ([name, { Type }]) => Type === 'AWS::Scheduler::Schedule' && name.startsWith(logicalId),
  );
  const target = found?.[1].Properties['Target'] as { readonly Input: string } | undefined;
  if (target === undefined) throw new Error(`the template has no schedule ${logicalId}`);
  // Scheduler gives the time without milliseconds.
  const time = slot.toISOString().replace('.000Z', 'Z');
  return JSON.parse(target.Input.replace('<aws.scheduler.scheduled-time>', time));
}
