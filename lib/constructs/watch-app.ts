import { type App, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import {
  type FileProblem,
  renderFileProblem,
  renderProblem,
  shown,
  shownProblems,
} from '../core/config/config-problems.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { costReport, renderCost } from '../core/cost/cost-report.ts';
import type { Result } from '../core/result.ts';
import { escapeTerminal } from '../core/text/escape.ts';
import { deploymentProblems, unreachableCredentials } from './fleet-limits.ts';
import { M2mWatch, type M2mWatchProps } from './m2m-watch.ts';

/** Properties of {@link WatchStack}; the boundary of permissions is that of {@link M2mWatchProps}. */
export interface WatchStackProps extends Omit<StackProps, 'permissionsBoundary'>, M2mWatchProps {}

/** The stack of one deployment, named after it: several stand side by side. */
export class WatchStack extends Stack {
  readonly watch: M2mWatch;

  constructor(scope: Construct, id: string, props: WatchStackProps) {
    const { deployment } = props.config;
    const { permissionsBoundary: _, ...stackProps } = props;
    super(scope, id, {
      stackName: `m2m-watch-${deployment}`,
      description: `m2m-watch: checks the M2M applications of deployment ${deployment}`,
      ...stackProps,
    });
    this.watch = new M2mWatch(this, 'Watch', props);
  }
}

/** What the app is made from. */
export interface WatchAppProps {
  /** The configuration as it was read, or its problems. */
  readonly file: Result<
    { readonly config: WatchConfig; readonly warnings: readonly FileProblem[] },
    FileProblem
  >;
  /** The folder of the file, where relative paths in it start. */
  readonly baseDirectory: string;
  /** Whether the file is the example of the repository, since there is no other. */
  readonly isExample: boolean;
  /** Takes lines for people; standard output belongs to the template. */
  readonly say: (line: string) => void;
}

/**
 * Puts the stack into an app, and says what it costs; undefined where problems, which are said, stand against it.
 */
export function buildWatchApp(
  app: App,
  { file, baseDirectory, isExample, say: write }: WatchAppProps,
): WatchStack | undefined {
  const say = (line: string) => write(escapeTerminal(line));
  if (!file.ok) return refuse(file.issues.map(renderFileProblem), say);
  const { config, warnings } = file.value;
  const limits = { allowUnreachableCredentials: isExample, baseDirectory };
  const problems = deploymentProblems(config, limits);
  if (problems.length > 0) return refuse(problems.map(renderProblem), say);
  const retainOnDelete = switchIn(app, 'retainOnDelete', false);
  const warmUp = switchIn(app, 'warmUp', true);
  const wrong = [retainOnDelete, warmUp].filter((each) => typeof each === 'string');
  if (typeof retainOnDelete === 'string' || typeof warmUp === 'string') return refuse(wrong, say);
  for (const warning of warnings) say(`warning: ${renderFileProblem(warning)}`);
  if (isExample) sayExample(config, say);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new WatchStack(app, `m2m-watch-${config.deployment}`, {
    config,
    ...limits,
    retainOnDelete,
    warmUp,
  });
  for (const line of renderCost(costReport(config))) say(line);
  return stack;
}

/** An option of the context, which is text from the command line and may be a boolean in a file; a problem as text. */
function switchIn(app: App, name: string, otherwise: boolean): boolean | string {
  const value: unknown = app.node.tryGetContext(name);
  if (value === undefined || value === null) return otherwise;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return `context ${name} is ${shown(String(value), 40)}: write -c ${name}=true or -c ${name}=false`;
}

/** The lines that stop a synth: how many problems there are, and each. */
function refuse(problems: readonly string[], say: (line: string) => void): undefined {
  const many = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  say(`m2m-watch: the configuration has ${many}, and nothing was synthesised`);
  for (const problem of shownProblems(problems)) say(`  ${problem}`);
}

function sayExample(config: WatchConfig, say: (line: string) => void): void {
  say(
    'warning: there is no m2m-watch.yaml here, so this is the template of examples/m2m-watch.yaml',
  );
  const unreachable = unreachableCredentials(config).length;
  if (unreachable === 0) return;
  say(
    `warning: functions could not read the credentials of ${unreachable} of its applications; do not deploy it`,
  );
}
