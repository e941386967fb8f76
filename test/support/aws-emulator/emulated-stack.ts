import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elements, query } from './account.ts';
import { bootstrap, cdk } from './cdk.ts';

/** One resource of a stack that was deployed. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** A stack in the emulator. */
export interface EmulatedStack {
  readonly name: string;
  /** What the CDK said. */
  readonly said: string;
  /** The template as it was synthesised. */
  readonly template: { readonly Resources: Readonly<Record<string, TemplateResource>> };
  /** Where the CDK put template and assets. */
  readonly assembly: string;
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, string>>;
  /** The name or ARN that the one resource of a type got whose logical id begins so. */
  physicalId(type: string, logicalIdPrefix: string): string;
}

/** One resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Deploys a configuration with the CDK, as docs/deploying.md has it; bootstraps the account first. */
export async function deployStack({
  config,
  folder,
  assembly = 'cdk.out',
}: {
  /** In the shape of `m2m-watch.yaml`. */
  readonly config: { readonly deployment: string };
  /** For what the deployment needs and leaves. */
  readonly folder: string;
  /** Name of the CDK's output in it. */
  readonly assembly?: string;
}): Promise<EmulatedStack> {
  await bootstrap();
  const name = `m2m-watch-${config.deployment}`;
  const configFile = join(folder, `${config.deployment}.yaml`);
  const outputsFile = join(folder, `${config.deployment}-outputs.json`);
  const output = join(folder, assembly);
  // YAML holds all of JSON.
  await writeFile(configFile, JSON.stringify(config, null, 2));
  const { status, said } = await cdk(
    'deploy',
    '--require-approval=never',
    // The emulator's change sets keep no outputs, and cannot be made of a stack that stands.
    '--method=direct',
    `--context=config=${configFile}`,
    `--output=${output}`,
    `--outputs-file=${outputsFile}`,
  );
  if (status !== 0) throw new Error(`cdk deploy ended with ${status}: ${said.slice(-6000)}`);
  const outputs = await readJson<Record<string, Record<string, string>>>(outputsFile);
  await rm(outputsFile);
  const resources = await stackResources(name);
  return {
    name,
    said,
    template: await readJson(join(output, `${name}.template.json`)),
    assembly: output,
    resources,
    outputs: outputs[name] ?? {},
    physicalId: (type, prefix) => {
      const found = resources.filter(
        (each) => each.type === type && each.logicalId.startsWith(prefix),
      );
      const [only] = found;
      if (only === undefined || found.length > 1) {
        throw new Error(`${found.length} resources ${type} of ${name} begin with ${prefix}`);
      }
      return only.physicalId;
    },
  };
}

/** The resources of a stack that stands. */
export async function stackResources(stackName: string): Promise<readonly StackResource[]> {
  const xml = await query('cloudformation', {
    Action: 'DescribeStackResources',
    StackName: stackName,
  });
  const logicalIds = elements(xml, 'LogicalResourceId');
  const physicalIds = elements(xml, 'PhysicalResourceId');
  const types = elements(xml, 'ResourceType');
  return logicalIds.map((logicalId, index) => ({
    logicalId,
    physicalId: physicalIds[index] ?? '',
    type: types[index] ?? '',
  }));
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
