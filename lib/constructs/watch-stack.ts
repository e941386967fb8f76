import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
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
