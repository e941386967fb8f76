import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { WatchStack, type WatchStackProps } from '../../lib/constructs/watch-app.ts';

/** The context that `cdk.json` gives to every synth, with bundling switched off. */
export function synthContext(): Record<string, unknown> {
  const file = new URL('../../cdk.json', import.meta.url);
  const { context } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly context: Record<string, unknown>;
  };
  return { ...context, 'aws:cdk:bundling-stacks': [] };
}

/** One resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The template of a stack that holds a deployment. */
export function templateOf(props: WatchStackProps): Template {
  const app = new App({ context: synthContext() });
  return Template.fromStack(new WatchStack(app, 'Watch', props));
}

/** The resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type) as Readonly<Record<string, Resource>>;
}

/** Every statement of every policy that belongs to identities. */
export function statementsOf(template: Template): readonly Statement[] {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    Object.values(resourcesOf(template, type)).flatMap(({ Properties }) => {
      const { Statement: statements } = Properties['PolicyDocument'] as {
        readonly Statement: readonly Statement[];
      };
      return statements;
    }),
  );
}

/** One statement of a policy. */
export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

/** The actions of a statement as a list. */
export function actionsOf({ Action }: Statement): readonly string[] {
  return typeof Action === 'string' ? [Action] : Action;
}

/** A value of the template as AWS gets it, in a Region with a long name: joined, without references. */
export function asDeployed(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null) return part;
    if ('Ref' in part) return part.Ref === 'AWS::AccountId' ? '123456789012' : 'ap-southeast-1';
    if (!('Fn::Join' in part)) return part;
    const [separator, parts] = part['Fn::Join'] as readonly [string, readonly unknown[]];
    return parts
      .map((each) => (typeof each === 'string' ? each : JSON.parse(asDeployed(each))))
      .join(separator);
  });
}
