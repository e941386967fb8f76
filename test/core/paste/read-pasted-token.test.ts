import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPastedToken } from '../../../lib/core/paste/pasted-token.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxLCJiIjoyfQ.c2lnbmF0dXJl';
const OTHER = 'eyJhbGciOiJSUzI1NiJ9.eyJhIjozLCJiIjo0fQ.c2lnbmF0dXJl';

function found(pasted: string): string {
  const read = readPastedToken(pasted);
  return read.kind === 'token' ? read.token.reveal() : read.what;
}

describe('readPastedToken', () => {
  it.each([
    ['alone', TOKEN],
    ['with white space', `\n  ${TOKEN} \r\n`],
    ['after Bearer', `Bearer ${TOKEN}`],
    ['as a header', `Authorization: Bearer ${TOKEN}`],
    ['as a header in quotes', `"authorization": "bearer ${TOKEN}",`],
    ['in quotes', `'${TOKEN}'`],
    ['in a block of code', `\`${TOKEN}\``],
    ['with line breaks', TOKEN.replace(/(.{20})/g, '$1\n')],
    ['with indented line breaks', TOKEN.replace(/(.{20})/g, '$1\r\n    ')],
    ['with backslashes at the ends of lines', TOKEN.replace(/(.{20})/g, '$1\\\n')],
    ['as an assignment', `access_token=${TOKEN}`],
    ['in a token reply', JSON.stringify({ access_token: TOKEN, token_type: 'bearer' })],
    ['beside an ID token', JSON.stringify({ id_token: OTHER, access_token: TOKEN })],
    ['in what curl -i prints', `HTTP/2 200\n\n{"access_token":"${TOKEN}"}`],
    ['in a line of a log', `x {"body":"{\\"access_token\\":\\"${TOKEN}\\"}"}`],
    [
      'in what curl -v prints',
      `> GET / HTTP/1.1\n> Authorization: Bearer ${TOKEN}\n>\n< HTTP/1.1 200`,
    ],
    ['twice', `${TOKEN}\nand ${TOKEN}`],
    ['in a sentence', `the token is ${TOKEN}, I think`],
  ])('finds a token %s', (_, pasted) => {
    expect(found(pasted)).toBe(TOKEN);
  });

  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['d4d3c5b74e064badb9625a4aa6241bcc', 'opaque'],
    ['{"access_token":"d4d3c5b74e064badb9625a4aa6241bcc"}', 'opaque'],
    ['eyJhbGciOiJkaXIifQ..a.b.c', 'encrypted'],
    [`${TOKEN} ${OTHER}`, 'several'],
    [`${TOKEN}\n${OTHER}\n`, 'several'],
    ['https://acme.kinde.com/', 'address'],
    ['{"error":"invalid_client"}', 'refusal'],
    ['hello world', 'unknown'],
    ['{"a":1}', 'unknown'],
    ['{"access_token":1}', 'unknown'],
  ])('says of %j that it is %s', (pasted, what) => {
    expect(found(pasted)).toBe(what);
  });

  it('takes whatever has dots for a token, so that it can say what is wrong with it', () => {
    expect(found('a.b')).toBe('a.b');
    expect(found('eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ')).toBe('eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ');
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (pasted) => {
        expect(['token', 'no-token']).toContain(readPastedToken(pasted).kind);
      }),
    );
  });
});
