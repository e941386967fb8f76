import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addApplication, obstacleToAdding } from '../../lib/config-file/add-application.ts';
import { readConfigText } from '../../lib/config-file/read-config-file.ts';

/** Lines that may stand between any two others, of which none says anything. */
const between = fc.array(
  fc.constantFrom('', '   ', '# at the margin', '  # deeper', '      # deepest: { [', '#'),
  { maxLength: 3 },
);
/** The last value of an application, in the forms that end in different ways. */
const ending = fc.constantFrom(
  ['owner: me # why'],
  ['owner: "me,', '  and you"'],
  ['owner: >-', '  me', '', '  and you'],
  ['owner: |-', '  # me'],
  ['expect:', '  scopes:', '  - a', '  - b   # both'],
  ['expect: { scopes: [', '    a, b ],', '  surplusScopes: warn }'],
  ["runbook: 'https://a.example/#x'"],
);

const file = fc
  .record({
    width: fc.constantFrom(1, 2, 4),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    endings: fc.array(ending, { minLength: 1, maxLength: 3 }),
    gaps: fc.array(between, { minLength: 12, maxLength: 12 }),
    areProvidersLast: fc.boolean(),
    tail: fc.constantFrom([], [''], ['deployment: x'], ['# The end'], ['notify:', '  email: []']),
    isLastLineWhole: fc.boolean(),
  })
  .map(({ width, lineBreak, endings, gaps, areProvidersLast, tail, isLastLineWhole }) => {
    const indent = (lines: readonly string[], depth: number) =>
      lines.map((line) => (line === '' ? '' : ' '.repeat(width * depth) + line));
    const gap = (index: number) => gaps[index] ?? [];
    const providers = [
      ...['providers:', ...gap(0)],
      ...indent(['p:', ...indent(['type: oidc', 'issuer: https://a.example'], 1)], 1),
      ...gap(1),
    ];
    const applications = endings.flatMap((last, index) => [
      ...indent([`a${index}:`], 1),
      ...indent(['provider: p', 'credentials: {env: A}', 'audience: null', ...last], 2),
      ...gap(2 + index),
    ]);
    const blocks = [providers, ['applications: # all', ...gap(6), ...applications]];
    const ordered = areProvidersLast ? blocks.toReversed() : blocks;
    const text = ['version: 1', ...gap(7), ...ordered.flat(), ...tail].join(lineBreak);
    return isLastLineWhole ? `${text}${lineBreak}` : text;
  });

describe('an application that is added to a file in any form', () => {
  it('changes no line that was there', () => {
    fc.assert(
      fc.property(file, fc.boolean(), (text, isNewProvider) => {
        fc.pre(readConfigText(text, 'file').ok);
        const application = {
          name: 'new',
          providerName: isNewProvider ? 'q' : 'p',
          type: 'oidc',
          issuer: isNewProvider ? 'https://b.example' : 'https://a.example',
          allowInsecureHttp: false,
          clientId: 'c',
          variable: 'V',
          audience: [],
          scopes: [],
          tokenFormat: 'jwt',
          clientAuthentication: 'client_secret_post',
          privateKey: null,
        } as const;
        const pinned = { scopes: [], organization: undefined, lifetimeSeconds: 60, claims: {} };

        const added = addApplication(text, { application, pinned });

        expect(obstacleToAdding(text)).toBeNull();
        expect(added).toMatchObject({ ok: true });
        if (!added.ok) return;
        const rest = added.value.text.split('\n');
        for (const line of text.split('\n')) {
          // The last line had no line break.
          const at = rest.findIndex((one) => one.replace(/\r$/, '') === line.replace(/\r$/, ''));
          expect(at).not.toBe(-1);
          rest.splice(0, at + 1);
        }
        expect(added.value.config.applications.at(-1)).toMatchObject({ name: 'new' });
      }),
    );
  });
});
