import type { Questions } from './ask.ts';
import type { CliIo } from './cli-io.ts';
import {
  type GivenApplication,
  named,
  parseGiven,
  parseGivenOptions,
} from './given-application.ts';
import type { GivenOptions } from './given-options.ts';

/** What of an application may be given by options; the rest is asked for. */
export interface InitOptions extends GivenOptions {
  readonly name?: string;
}

/** The answers that are asked for, but for the secret. */
type Asked = Pick<GivenApplication, 'issuer' | 'clientId' | 'audience'>;

/** Stands in for what is not known yet, so that the rest can be judged by the schema. */
const NOT_KNOWN_YET: Asked = { issuer: 'https://issuer.example', clientId: 'id', audience: [] };

/** The options without which nothing can be checked, and which were not given; the secret has none. */
export function missingOptions({ issuer, clientId, audience }: InitOptions): readonly string[] {
  return [
    ...(issuer === undefined ? ['--issuer'] : []),
    ...(clientId === undefined ? ['--client-id'] : []),
    ...(audience === undefined ? ['--audience (or --no-audience)'] : []),
  ];
}

/**
 * What the options say, the rest standing in; throws a `UsageError` for each that is wrong.
 *
 * This comes before any question, so that nobody answers three of them for nothing.
 */
export function givenByOptions(options: InitOptions): GivenApplication {
  const { issuer, clientId, audience } = options;
  const given = {
    issuer: issuer ?? NOT_KNOWN_YET.issuer,
    clientId: clientId ?? NOT_KNOWN_YET.clientId,
    audience: audience || NOT_KNOWN_YET.audience,
    scopes: options.scope ?? [],
    type: options.type,
    tokenFormat: options.tokenFormat ?? 'jwt',
    allowInsecureHttp: options.allowInsecureHttp ?? false,
    name: options.name,
  };
  parseGivenOptions(named(given));
  return given;
}

/** Asks for what the options do not say; an answer that is wrong is asked for again. */
export async function askTheRest(
  options: InitOptions,
  { questions, stderr }: { readonly questions: Questions } & Pick<CliIo, 'stderr'>,
): Promise<GivenApplication> {
  const given = givenByOptions(options);
  const ask = async <Part extends Partial<Asked>>(
    prompt: string,
    partOf: (answer: string) => Part,
  ): Promise<Part> => {
    for (;;) {
      const part = partOf(await questions.ask(prompt));
      const parsed = parseGiven(named({ ...given, ...part }));
      if (parsed.ok) return part;
      for (const { message } of parsed.issues) stderr.write(`m2m-watch: this ${message}\n`);
    }
  };
  const isMissing = (key: keyof Asked) => options[key] === undefined;
  return {
    ...given,
    ...(isMissing('issuer') &&
      (await ask('Issuer, such as https://acme.kinde.com: ', (issuer) => ({ issuer })))),
    ...(isMissing('clientId') && (await ask('Client id: ', (clientId) => ({ clientId })))),
    ...(isMissing('audience') &&
      (await ask('Audience of the API (nothing for deliberately none): ', (audience) => ({
        audience: audience === '' ? [] : [audience],
      })))),
  };
}
