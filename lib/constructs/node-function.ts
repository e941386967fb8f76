import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import {
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../core/metrics/metrics.ts';
import { acknowledge, REASONS } from './acknowledgements.ts';
import {
  type DeployedFiles,
  type FunctionEntry,
  functionCode,
  functionHandler,
} from './function-code.ts';

/** Where functions run. */
export interface NetworkProps {
  /** @default - functions have no VPC, and reach the internet as all functions do */
  readonly vpc?: IVpc;
  /** @default - the private subnets of `vpc`; they need a way to the providers and to AWS */
  readonly vpcSubnets?: SubnetSelection;
  /** @default - one of their own for each function, when there is a VPC */
  readonly securityGroups?: readonly ISecurityGroup[];
}

/** What every function of a deployment has in common. */
export interface FunctionSetting {
  readonly network: NetworkProps;
  /** The configuration, and the files that it names. */
  readonly deployed: DeployedFiles;
  readonly deadLetters: IQueue;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** What one function has of its own. */
export interface NodeFunctionProps extends FunctionSetting {
  readonly entry: FunctionEntry;
  readonly description: string;
  readonly timeout: Duration;
  readonly memorySizeMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

const NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** One function with a narrow role, a log group that is deleted with it, and no second tries. */
export class NodeFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const { vpc, vpcSubnets, securityGroups } = props.network;
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grantWrite(this.role);
    this.allow({
      sid: 'PutMetrics',
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': METRICS_NAMESPACE } },
    });
    acknowledge(this.role, 'AwsSolutions-IAM5[Resource::*]', REASONS.noResourceLevel);
    if (vpc !== undefined) {
      // It manages its own network interfaces; these actions know no resources.
      this.allow({ sid: 'NetworkInterfaces', actions: NETWORK_INTERFACES, resources: ['*'] });
    }
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: functionCode(props.entry, props.deployed),
      handler: functionHandler(props.entry),
      role: this.role,
      logGroup,
      timeout: props.timeout,
      memorySize: props.memorySizeMb,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
      // A late check is worth nothing: Lambda's own two retries and six hours of waiting are switched off.
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      onFailure: new SqsDestination(props.deadLetters),
      ...(vpc === undefined ? {} : { vpc }),
      ...(vpcSubnets === undefined ? {} : { vpcSubnets }),
      ...(securityGroups === undefined ? {} : { securityGroups: [...securityGroups] }),
    });
  }

  /** Adds a statement to the policy of its role. */
  allow(statement: PolicyStatementProps): void {
    this.role.addToPolicy(new PolicyStatement(statement));
  }
}
