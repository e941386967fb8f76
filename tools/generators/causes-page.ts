import {
  type CauseFamily,
  FAMILIES,
  FAMILY_NAMES,
  fillIn,
} from '../../lib/core/causes/cause-definition.ts';
import { CAUSE_IDS, type CauseId, causeDefinition } from '../../lib/core/causes/causes.ts';
import type { GeneratedFile } from '../generated-file.ts';

const INTRODUCTION = `# Causes

<!-- Generated from lib/core/causes by \`npm run docs\`: edit the catalogue, not this page. -->

Every failure that m2m-watch reports has one of the causes on this page. The ids are public: reports and metrics
use them, and their meaning does not change. \`npx m2m-watch causes ID\` prints one of them.

## Confidence

| confidence | based on |
|---|---|
| certain | an experiment, or explicit words of the provider or the API: no other explanation fits |
| likely | the best of several explanations that fit |
| possible | only the error code or the HTTP status |

The *leading* cause of a diagnosis is the first failure in the order of a check: credentials, discovery, token
request, shape and signature of the token, issuer, time, audience, client and grant, organisation, scopes, other
claims, the call to the API. Every other failure is a finding next to it. A warning leads only if there is no
error, and the claims of an unverified token never lead.

## Status

| status | when |
|---|---|
| healthy | no findings: a token was granted and checked and, if a call is configured, the API accepted it |
| degraded | only warnings: the application works, but look into it |
| undetermined | the leading cause is in the family *provider* or *monitor*: the check learned nothing about the application |
| unhealthy | any other leading cause |

If discovery fails but the provider's usual endpoints work, that is a warning. So is an API that answers 5xx or 429.
More scopes than expected are a warning or an error, depending on \`expect.surplusScopes\`.
`;

const GUIDE =
  'https://docs.kinde.com/machine-to-machine-applications/troubleshooting-m2m/troubleshoot-m2m-token-errors/';

function familyPart(family: CauseFamily): string {
  const ids = CAUSE_IDS.filter((id) => causeDefinition(id).family === family);
  return [`## Family: ${family}`, FAMILIES[family], ...ids.map(causePart)].join('\n\n');
}

function causePart(id: CauseId): string {
  const { title, meaning, guideSection, severity, fix, help } = causeDefinition(id);
  const guide =
    guideSection === null ? '' : `, section \`${guideSection}\` of [Kinde's guide](${GUIDE})`;
  const steps = fix.map((step, index) => `${index + 1}. ${fillIn(step)}`);
  return [
    `### \`${id}\``,
    `**${title}** (${severity}${guide})`,
    meaning,
    steps.join('\n'),
    `More: <${help}>`,
  ].join('\n\n');
}

/** `docs/causes.md`: every cause by family, with what it means and how to fix it. */
export const generator: GeneratedFile = {
  path: 'docs/causes.md',
  generate: () => `${[INTRODUCTION.trimEnd(), ...FAMILY_NAMES.map(familyPart)].join('\n\n')}\n`,
};
