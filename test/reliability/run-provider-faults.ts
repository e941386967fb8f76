// Checks one application for each fault, many side by side, with a healthy neighbour in each run.
import dns from 'node:dns';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isIP, type LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import type { Authority } from '../support/certificates.ts';
import { closedPort } from '../support/raw-server.ts';
import { AUDIENCE, startFaultyProvider, startFaultyProxy } from './faulty-provider.ts';
import type { LookupAnswer, ProviderFault } from './provider-fault.ts';

/** The limit of a request that only the limit ends; and of all others, long since the machine may be busy. */
const LIMIT_MS = { endless: 1_500, other: 30_000 } as const;

/** What may pass beyond a limit on a busy machine. */
const SLACK_MS = 10_000;

/** So many faulty providers are checked side by side. */
const SIDE_BY_SIDE = 60;

/** What came of one fault. */
export interface FaultResult {
  readonly report: CheckReport;
  /** The report of the healthy application at another provider in the same run. */
  readonly neighbour: CheckReport;
  /** The time that the slowest step may have taken. */
  readonly limitMs: number;
  /** Bytes that the peer could send, to whoever read them. */
  readonly sentBytes: number;
  /** Requests that came to the API: whether the token left. */
  readonly apiRequests: number;
}

/** What a suite of faults came to. */
export interface FaultResults {
  readonly results: ReadonlyMap<ProviderFault, FaultResult>;
  /** How much more memory than at the start was in use at the peak. */
  readonly peakBytes: number;
}

/** Checks an application at each faulty provider; the authority is the one that the configurations trust. */
export async function runProviderFaults(
  faults: readonly ProviderFault[],
  authority: Authority,
): Promise<FaultResults> {
  const memory = watchMemory();
  const names = stubLookups();
  const results = new Map<ProviderFault, FaultResult>();
  // Those that wait for their limit first: they take as long as it, however many they are.
  const ordered = [
    ...faults.filter(({ isEndless }) => isEndless),
    ...faults.filter(({ isEndless }) => !isEndless),
  ];
  try {
    for (let from = 0; from < ordered.length; from += SIDE_BY_SIDE) {
      const next = ordered.slice(from, from + SIDE_BY_SIDE);
      await runSideBySide(next, { authority, results, answers: names.answers });
    }
  } finally {
    names.restore();
  }
  return { results, peakBytes: memory.stop() };
}

interface SideBySide {
  readonly authority: Authority;
  readonly results: Map<ProviderFault, FaultResult>;
  readonly answers: Map<string, LookupAnswer | null>;
}

async function runSideBySide(
  faults: readonly ProviderFault[],
  { authority, results, answers }: SideBySide,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-faults-'));
  await writeFile(join(folder, 'ca.pem'), authority.cert);
  const providers = await Promise.all(faults.map(openFault));
  for (const [index, { access }] of faults.entries()) {
    const host = new URL(providers[index]?.origin ?? '').hostname;
    if (access.lookup !== undefined) answers.set(host, access.lookup);
  }
  const neighbour = await startFaultyProvider({});
  const limitOf = ({ isEndless }: ProviderFault) => LIMIT_MS[isEndless ? 'endless' : 'other'];
  try {
    const parsed = parseConfig({
      version: 1,
      deployment: 'faults',
      providers: {
        neighbour: providerBlock(neighbour.origin, LIMIT_MS.other, {}),
        ...Object.fromEntries(
          faults.map((fault, index) => [
            `fault-${index}`,
            providerBlock(
              providers[index]?.origin ?? '',
              limitOf(fault),
              providers[index]?.block ?? {},
            ),
          ]),
        ),
      },
      applications: {
        neighbour: applicationBlock('neighbour', neighbour.origin, LIMIT_MS.other),
        ...Object.fromEntries(
          faults.map((fault, index) => [
            `fault-${index}`,
            {
              ...applicationBlock(
                `fault-${index}`,
                providers[index]?.apiOrigin ?? '',
                limitOf(fault),
              ),
              ...fault.access.application,
            },
          ]),
        ),
      },
    });
    if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join('\n'));
    const { reports } = await checkNow({
      config: parsed.value,
      baseDirectory: folder,
      environment: { SECRET: 'secret-of-the-faults' },
    });
    const byName = new Map(reports.map((report) => [report.application, report]));
    const healthy = byName.get('neighbour');
    for (const [index, fault] of faults.entries()) {
      const report = byName.get(`fault-${index}`);
      if (report === undefined || healthy === undefined) throw new Error('a report is missing');
      results.set(fault, {
        report,
        neighbour: healthy,
        limitMs: limitOf(fault) + SLACK_MS,
        sentBytes: providers[index]?.sentBytes() ?? 0,
        apiRequests: providers[index]?.apiRequests() ?? 0,
      });
    }
  } finally {
    await Promise.all([
      ...providers.map(({ close }) => close()),
      neighbour.server.close(),
      rm(folder, { recursive: true }),
    ]);
  }
}

async function openFault({ behaviour, access, place }: ProviderFault) {
  const { origin, server, apiRequests } = await startFaultyProvider(await behaviour());
  const proxy =
    access.proxy === undefined
      ? null
      : await startFaultyProxy(access.proxy === 'tunnel' ? undefined : access.proxy);
  const nobody = access.isClosed ? `http://127.0.0.1:${await closedPort()}` : null;
  return {
    origin: place === 'discovery' ? (nobody ?? origin) : origin,
    apiOrigin: nobody ?? origin,
    block: {
      ...(proxy === null ? {} : { proxy: `http://127.0.0.1:${proxy.port}` }),
      ...((access.trusts ?? true) && origin.startsWith('https:') ? { ca: { file: 'ca.pem' } } : {}),
      ...access.provider,
    },
    sentBytes: server.sentBytes,
    apiRequests,
    close: async () => {
      await Promise.all([server.close(), proxy?.close()]);
    },
  };
}

function providerBlock(issuer: string, timeoutMs: number, block: object): object {
  return {
    type: 'oidc',
    issuer,
    timeoutMs,
    ...(issuer.startsWith('http:') ? { allowInsecureHttp: true } : {}),
    ...block,
  };
}

function applicationBlock(provider: string, origin: string, timeoutMs: number): object {
  return {
    provider,
    clientId: `client-of-${provider}`,
    credentials: { env: 'SECRET' },
    audience: AUDIENCE,
    call: {
      url: `${origin}/api`,
      timeoutMs,
      ...(origin.startsWith('http:') ? { allowInsecureHttp: true } : {}),
    },
  };
}

/** Answers lookups of the names that are given, and leaves all others to the system. */
function stubLookups() {
  const original = dns.lookup;
  const answers = new Map<string, LookupAnswer | null>();
  const stub = (...given: Parameters<LookupFunction>) => {
    const [host, , callback] = given;
    const answer = answers.get(host);
    if (answer === null) return;
    if (answer === undefined) (original as LookupFunction)(...given);
    else if (typeof answer === 'string') {
      callback(Object.assign(new Error(`getaddrinfo ${host}`), { code: answer }), []);
    } else
      callback(
        null,
        answer.map((address) => ({ address, family: isIP(address) })),
      );
  };
  const use = (lookup: unknown) => {
    Object.assign(dns, { lookup });
    syncBuiltinESMExports();
  };
  use(stub);
  return { answers, restore: () => use(original) };
}

function watchMemory(): { readonly stop: () => number } {
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return peak - before;
    },
  };
}
