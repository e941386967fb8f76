import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientSetting } from './account.ts';

/** Creates a secret in Secrets Manager; what is no text is stored as JSON. */
export async function createSecret(name: string, value: string | object): Promise<void> {
  const client = new SecretsManagerClient(clientSetting());
  await client.send(new CreateSecretCommand({ Name: name, SecretString: textOf(value) }));
  client.destroy();
}

/** Gives a secret a new current version, as its owner does after a rotation. */
export async function replaceSecret(name: string, value: string | object): Promise<void> {
  const client = new SecretsManagerClient(clientSetting());
  await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: textOf(value) }));
  client.destroy();
}

/** Creates an encrypted parameter in Systems Manager. */
export async function createParameter(name: string, value: string | object): Promise<void> {
  const client = new SSMClient(clientSetting());
  const parameter = { Name: name, Type: 'SecureString', Value: textOf(value) } as const;
  await client.send(new PutParameterCommand(parameter));
  client.destroy();
}

function textOf(value: string | object): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
