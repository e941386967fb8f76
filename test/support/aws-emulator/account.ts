import { inject } from 'vitest';
import './global-setup.ts';

/** The account that the emulator plays. */
export const ACCOUNT = '123456789012';
/** The Region of every test. */
export const REGION = 'eu-west-1';

/** Where the emulator of this run listens. */
export function emulatorUrl(): string {
  return inject('emulatorUrl');
}

/** What an SDK client needs to talk to the emulator, as somebody who may do everything. */
export function clientSetting() {
  return {
    endpoint: emulatorUrl(),
    region: REGION,
    credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
    // The emulator cannot read a compressed PutMetricData.
    disableRequestCompression: true,
  };
}

/**
 * Asks a service of AWS's query protocol, for which the project has no client; gives the XML of the answer.
 *
 * @throws Error with what the emulator says, where it refuses.
 */
export async function query(
  service: 'cloudformation' | 'iam',
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const version = { cloudformation: '2010-05-15', iam: '2010-05-08' }[service];
  const scope = `emulated/20261123/${REGION}/${service}/aws4_request`;
  const reply = await fetch(emulatorUrl(), {
    method: 'POST',
    body: new URLSearchParams({ Version: version, ...parameters }),
    headers: {
      // The emulator looks at the scope, and not at the signature.
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'x-amz-date': '20261123T000000Z',
    },
  });
  const xml = await reply.text();
  if (!reply.ok) throw new Error(`the emulator answers ${reply.status}: ${xml.slice(0, 500)}`);
  return xml;
}

/** The texts of all elements of a name, in their order; the answers that are read so nest none of one name. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, text = '']) =>
      text
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#34;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&'),
  );
}
