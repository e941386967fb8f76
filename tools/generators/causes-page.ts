import { type CauseFamily, FAMILIES } from '../../lib/core/causes/cause-definition.ts';
import { CAUSE_IDS, type CauseId, causeDefinition } from '../../lib/core/causes/causes.ts';
import type { GeneratedFile } from '../generated-file.ts';

const INTRODUCTION = `# Causes

<!-- Generated from lib/core/diagnosis/causes by \`npm run docs\`: edit the catalogue, not this page. -->

Every failure that m2m-watch reports has one of the causes on this page. The ids are public: they stand in
reports, metrics and tests, and do not change their meaning. \`npx m2m-watch causes ID\` prints one of them.

## How sure a diagnosis is

| confidence | what it rests on |
|---|---|
| certain | an experiment, or explicit words of the provider or the API, which leave no other cause |
| likely | the best of several causes that fit |
| possible | the error code or the HTTP status alone |

The *leading* cause of a diagnosis is the first in the order of a check: credentials, discovery, token
request, shape and signature of the token, issuer, time, audience, client and grant, organisation, scopes,
other claims, the call to the API. Whatever else is out of line is a finding beside it. Warnings lead only
where nothing else is wrong, and the claims of a token that could not be verified never lead.

## What follows for the application

| status | when |
|---|---|
| healthy | nothing is out of line: a token was granted, looked at and, where a call is configured, used |
| degraded | only warnings: it works, and deserves a look |
| undetermined | a cause of the families *provider* and *monitor* leads: nothing was learned about the application |
| unhealthy | any other cause leads |

A failed discovery that the usual endpoints of the provider cured is a warning, and so is an API that answers
5xx or 429. More scopes than expected are a warning or an error, as \`expect.surplusScopes\` says.
`;

const FAMILY_INTRODUCTIONS: Readonly<Record<CauseFamily, string>> = {
  credential: 'The application cannot prove who it is.',
  authorization: 'The provider knows the application, and does not grant what it asks for.',
  request: 'The token request is not what the provider wants.',
  token: 'There is a reply, and no token in it that can be relied on.',
  claims: 'The token is genuine, and does not say what is expected of it.',
  call: 'The token is as expected, and the API does not serve the call.',
  provider: 'The provider does not do its part, whoever asks.',
  monitor: 'm2m-watch could not look.',
  hygiene: 'The application works, and its secret is not looked after as it should be.',
  unknown: 'Something that no rule knows.',
};

const GUIDE =
  'https://docs.kinde.com/machine-to-machine-applications/troubleshooting-m2m/troubleshoot-m2m-token-errors/';

function familyPart(family: CauseFamily): string {
  const ids = CAUSE_IDS.filter((id) => causeDefinition(id).family === family);
  return [`## Family: ${family}`, FAMILY_INTRODUCTIONS[family], ...ids.map(causePart)].join('\n\n');
}

function causePart(id: CauseId): string {
  const { title, meaning, guideSection, severity, fix, help } = causeDefinition(id);
  const guide =
    guideSection === null ? '' : `, section \`${guideSection}\` of [Kinde's guide](${GUIDE})`;
  const steps = fix.map((step, index) => `${index + 1}. ${step}`);
  return [
    `### \`${id}\``,
    `**${title}** (${severity}${guide})`,
    meaning,
    steps.join('\n'),
    `More: <${help}>`,
  ].join('\n\n');
}

/** `docs/causes.md`: every cause by family, with what it means and what mends it. */
export const generator: GeneratedFile = {
  path: 'docs/causes.md',
  generate: () => `${[INTRODUCTION.trimEnd(), ...FAMILIES.map(familyPart)].join('\n\n')}\n`,
};
